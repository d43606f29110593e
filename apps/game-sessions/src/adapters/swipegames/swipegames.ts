import { createHmac, createSecretKey } from 'node:crypto';
import type { Dialect, ProviderCall } from '../../domain/dialect';
import { overAfterMs, roundPolicies } from '../../domain/round-policy';
import { equalText, requireSecret, singleHeader } from '../authenticity';
import { decoding, exceedsDepth } from '../json-body';
import { answerSwipegames } from './answer';
import { swipegamesApi } from './api';
import { canonicalJson, NotCanonical } from './canonical-json';
import { decodeSwipegames } from './decode';
import { readQuery } from './query';

/** Swipe Games: HMAC over canonical JSON, decimal texts in the session's currency, HTTP statuses. */
export const swipegames: Dialect = {
  provider: 'swipegames',
  idScope: 'player',
  launchToken: 'is-session',
  rules: { unknownOriginal: 'tombstone', settledOriginal: 'refuse', winWithoutBet: 'refuse' },
  rounds: { ...roundPolicies.slots, overAfterMs },
  kept: { headers: ['x-request-sign'] },
  priorities: [
    { path: '/win', priority: 'settlement' },
    { path: '/refund', priority: 'settlement' },
    { path: '/bet', priority: 'bet' },
    { path: '/balance', priority: 'read' },
  ],
  verifier(credentials) {
    const key = createSecretKey(Buffer.from(requireSecret(credentials, 'apiKey')));
    return (call) => {
      const signature = singleHeader(call, 'x-request-sign');
      if (signature === undefined) return false;
      const signed = signedContent(call);
      if (signed === undefined) return false;
      return equalText(signature, createHmac('sha256', key).update(signed).digest('hex'));
    };
  },
  decode: (call) => decoding(() => decodeSwipegames(call)),
  answer: answerSwipegames,
  api: swipegamesApi,
};

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Undefined when the call is JSON without a canonical form, which nobody can sign. */
function signedContent(call: ProviderCall): string | Buffer | undefined {
  if (call.method === 'GET') {
    const parameters = readQuery(call.query);
    return parameters && canonicalJson(parameters);
  }
  // What is no JSON, or too deep to walk, is signed as it is: the decoder refuses it, we learn who sent it.
  if (exceedsDepth(call.body)) return call.body;
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(call.body));
  } catch {
    return call.body;
  }
  try {
    return canonicalJson(value);
  } catch (error) {
    if (error instanceof NotCanonical) return undefined;
    throw error;
  }
}
