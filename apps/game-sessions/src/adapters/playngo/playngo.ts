import { timingSafeEqual } from 'node:crypto';
import type { Dialect } from '../../domain/dialect';
import { roundPolicies } from '../../domain/round-policy';
import { requireSecret, secretDigest } from '../authenticity';
import { decoding } from '../json-body';
import { answerPlaynGo } from './answer';
import { playngoApi } from './api';
import { decodePlaynGo } from './decode';
import { readXml } from './xml';

/** Also where the body is cut off or no XML: better too much crossed out than too little. */
const secretPattern =
  /(<(?:[\w.-]+:)?accessToken[^<>]*>?)(?:(?!<\/(?:[\w.-]+:)?accessToken)[\s\S])*(<\/(?:[\w.-]+:)?accessToken\s*>|)/g;
const anyPrefix = '<([A-Za-z_][\\w.-]*:)?';

/** Play'n GO: XML whose root is the function, the secret in the body, decimals, rounds that end by `state`. */
export const playngo: Dialect = {
  provider: 'playngo',
  idScope: 'player',
  launchToken: 'exchanged-once',
  rules: { unknownOriginal: 'tombstone', settledOriginal: 'refuse', winWithoutBet: 'refuse' },
  rounds: roundPolicies.slots,
  kept: { headers: [], secretPattern },
  priorities: [
    { path: '/release', priority: 'settlement' },
    { path: '/cancelReserve', priority: 'settlement' },
    { path: '/reserve', priority: 'bet' },
    { path: '/authenticate', priority: 'read' },
    { path: '/balance', priority: 'read' },
    { path: '/', bodyPattern: `${anyPrefix}(release|cancelReserve)[\\s/>]`, priority: 'settlement' },
    { path: '/', bodyPattern: `${anyPrefix}reserve[\\s/>]`, priority: 'bet' },
    { path: '/', bodyPattern: `${anyPrefix}(authenticate|balance)[\\s/>]`, priority: 'read' },
  ],
  verifier(credentials) {
    const digest = secretDigest(requireSecret(credentials, 'accessToken'));
    return (call) => {
      const document = decoding(() => readXml(call.body));
      if (!document.ok) return false;
      const tokens = document.value.children.filter(({ name }) => name === 'accessToken');
      const text = tokens.length === 1 ? tokens[0]?.text : undefined;
      return text !== undefined && timingSafeEqual(secretDigest(text), digest);
    };
  },
  decode: (call) => decoding(() => decodePlaynGo(call)),
  answer: answerPlaynGo,
  api: playngoApi,
};
