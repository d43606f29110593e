import { createHmac, createSecretKey } from 'node:crypto';
import type { Dialect, ProviderCall } from '../../domain/dialect';
import { roundPolicies } from '../../domain/round-policy';
import { equalText, requireSecret, singleHeader } from '../authenticity';
import { decoding } from '../json-body';
import { answerSlotegrator } from './answer';
import { slotegratorApi } from './api';
import { decodeSlotegrator } from './decode';
import { byName, parsePhpForm, phpQuery } from './php-form';

/** How far their clock and ours may be apart. */
const maxSkewMs = 300_000;
const signedHeaders = ['X-Merchant-Id', 'X-Timestamp', 'X-Nonce'] as const;
const maxNonceLength = 128;

/** Slotegrator: forms to one URL, signed as PHP writes them together with three headers; decimal amounts. */
export const slotegrator: Dialect = {
  provider: 'slotegrator',
  idScope: 'player',
  launchToken: 'is-session',
  rules: { unknownOriginal: 'tombstone', settledOriginal: 'refuse', winWithoutBet: 'refuse' },
  rounds: roundPolicies.slots,
  kept: { headers: ['x-sign', 'x-merchant-id', 'x-timestamp', 'x-nonce'] },
  priorities: [
    { path: '/', bodyPattern: '(^|&)action=(win|refund|rollback)(&|$)', priority: 'settlement' },
    { path: '/', bodyPattern: '(^|&)action=balance(&|$)', priority: 'read' },
    { path: '/', priority: 'bet' },
  ],
  verifier(credentials) {
    const merchantId = requireSecret(credentials, 'merchantId');
    const key = createSecretKey(Buffer.from(requireSecret(credentials, 'merchantKey')));
    return (call, nowMs) => {
      const signature = singleHeader(call, 'x-sign');
      const headers = readHeaders(call);
      if (signature === undefined || headers?.get('X-Merchant-Id') !== merchantId) return false;
      if (!isFresh(headers.get('X-Timestamp') ?? '', nowMs)) return false;
      const text = signedText(call.body, headers);
      return text !== undefined && equalText(signature, createHmac('sha1', key).update(text).digest('hex'));
    };
  },
  decode: (call) => decoding(() => decodeSlotegrator(call)),
  answer: answerSlotegrator,
  api: slotegratorApi,
};

/** The headers that are signed, under the names that they are signed with. */
function readHeaders(call: ProviderCall): Map<string, string> | undefined {
  const headers = new Map<string, string>();
  for (const name of signedHeaders) {
    const value = singleHeader(call, name.toLowerCase());
    if (value === undefined || value.length === 0 || value.length > maxNonceLength) return undefined;
    headers.set(name, value);
  }
  return headers;
}

function isFresh(timestamp: string, nowMs: number): boolean {
  return /^\d{1,12}$/.test(timestamp) && Math.abs(Number(timestamp) * 1_000 - nowMs) <= maxSkewMs;
}

/** Parameters and headers, sorted by byte at the top level only; undefined for an array bomb. */
function signedText(body: Buffer, headers: ReadonlyMap<string, string>): string | undefined {
  const form = parsePhpForm(body);
  if (!form) return undefined;
  const { parameters } = form;
  for (const [name, value] of headers) parameters.set(name, value);
  return phpQuery([...parameters].sort(byName));
}
