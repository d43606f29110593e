import { createHmac, createSecretKey } from 'node:crypto';
import type { Dialect } from '../../domain/dialect';
import { roundPolicies } from '../../domain/round-policy';
import { equalText, requireSecret, singleHeader } from '../authenticity';
import { decoding } from '../json-body';
import { answerSoftswiss } from './answer';
import { softswissApi } from './api';
import { decodeSoftswiss } from './decode';

/** SoftSwiss GCP / BGaming: HMAC over the raw body, integer minor units, no sessions, several actions per call. */
export const softswiss: Dialect = {
  provider: 'softswiss',
  idScope: 'player',
  launchToken: 'not-presented',
  rules: { unknownOriginal: 'tombstone', settledOriginal: 'refuse', winWithoutBet: 'refuse' },
  rounds: roundPolicies.slots,
  kept: { headers: ['x-request-sign'] },
  priorities: [
    { path: '/rollback', priority: 'settlement' },
    { path: '/freespins', priority: 'settlement' },
    { path: '/play', bodyPattern: '"action"\\s*:\\s*"bet"', priority: 'bet' },
    { path: '/play', bodyPattern: '"action"\\s*:\\s*"win"|"finished"\\s*:\\s*true', priority: 'settlement' },
    { path: '/play', priority: 'read' },
  ],
  verifier(credentials) {
    const key = createSecretKey(Buffer.from(requireSecret(credentials, 'secret')));
    return (call) => {
      const signature = singleHeader(call, 'x-request-sign');
      if (signature === undefined) return false;
      return equalText(signature, createHmac('sha256', key).update(call.body).digest('hex'));
    };
  },
  decode: (call) => decoding(() => decodeSoftswiss(call)),
  answer: answerSoftswiss,
  api: softswissApi,
};
