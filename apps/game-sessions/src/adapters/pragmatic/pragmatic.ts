import { hash } from 'node:crypto';
import type { Dialect } from '../../domain/dialect';
import { roundPolicies } from '../../domain/round-policy';
import { equalText, requireSecret } from '../authenticity';
import { decoding } from '../json-body';
import { answerPragmatic } from './answer';
import { pragmaticApi } from './api';
import { decodePragmatic } from './decode';
import { readParameters, type FormParameter } from './form';

/** Their own examples have a key of seven characters. */
const shortestKey = 7;

/** Pragmatic Play: forms with an MD5 over the sorted parameters, decimals in the currency of the session. */
export const pragmatic: Dialect = {
  provider: 'pragmatic',
  idScope: 'player',
  launchToken: 'exchanged-once',
  rules: { unknownOriginal: 'tombstone', settledOriginal: 'refuse', winWithoutBet: 'refuse' },
  rounds: roundPolicies.slots,
  kept: { headers: [] },
  priorities: [
    { path: '/result', priority: 'settlement' },
    { path: '/refund', priority: 'settlement' },
    { path: '/endRound', priority: 'settlement' },
    { path: '/bonusWin', priority: 'settlement' },
    { path: '/jackpotWin', priority: 'settlement' },
    { path: '/promoWin', priority: 'settlement' },
    { path: '/adjustment', priority: 'settlement' },
    { path: '/bet', priority: 'bet' },
    { path: '/authenticate', priority: 'read' },
    { path: '/balance', priority: 'read' },
  ],
  verifier(credentials) {
    const key = Buffer.from(requireSecret(credentials, 'secretKey', shortestKey)).toString('latin1');
    return (call) => {
      const parameters = readParameters(call.body);
      const hashes = parameters?.filter(({ name }) => name === 'hash') ?? [];
      const [given] = hashes;
      if (!parameters || !given || hashes.length > 1) return false;
      const signed = Buffer.from(canonical(parameters) + key, 'latin1');
      return equalText(given.value, hash('md5', signed, 'hex'));
    };
  },
  decode: (call) => decoding(() => decodePragmatic(call)),
  answer: answerPragmatic,
  api: pragmaticApi,
};

/** Every parameter but the hash, empty ones too, by the bytes of its name. */
function canonical(parameters: readonly FormParameter[]): string {
  return parameters
    .filter(({ name }) => name !== 'hash')
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .map(({ name, value }) => `${name}=${value}`)
    .join('&');
}
