import { timingSafeEqual } from 'node:crypto';
import type { Dialect } from '../../domain/dialect';
import { overAfterMs, roundPolicies } from '../../domain/round-policy';
import { requireSecret, secretDigest, singleQueryParameter } from '../authenticity';
import { decoding } from '../json-body';
import { answerEvolution } from './answer';
import { evolutionApi } from './api';
import { decodeEvolution } from './decode';

/** Evolution One Wallet: secret in the query, decimal JSON numbers, `refId` ties debit, credit and cancel. */
export const evolution: Dialect = {
  provider: 'evolution',
  idScope: 'player',
  launchToken: 'exchanged-once',
  rules: { unknownOriginal: 'tombstone', settledOriginal: 'refuse', winWithoutBet: 'refuse' },
  rounds: { ...roundPolicies.live, overAfterMs },
  kept: { headers: [], secretParameters: ['authToken'] },
  priorities: [
    { path: '/credit', priority: 'settlement' },
    { path: '/cancel', priority: 'settlement' },
    { path: '/promo_payout', priority: 'settlement' },
    { path: '/debit', priority: 'bet' },
    { path: '/check', priority: 'read' },
    { path: '/sid', priority: 'read' },
    { path: '/balance', priority: 'read' },
  ],
  verifier(credentials) {
    const digest = secretDigest(requireSecret(credentials, 'authToken'));
    return (call) => {
      const token = singleQueryParameter(call.query, 'authToken');
      return token !== undefined && timingSafeEqual(secretDigest(token), digest);
    };
  },
  decode: (call) => decoding(() => decodeEvolution(call)),
  answer: answerEvolution,
  api: evolutionApi,
};
