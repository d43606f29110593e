import type { HandleCallback } from '@baize/contracts';
import type { FastifyRequest } from 'fastify';

const maxHeaders = 64;
const maxHeaderLength = 4_096;
// about the connection, not about the call
const hopHeaders = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'expect',
]);

/** The headers that speak of the call: signatures travel in them. */
export function headersOf(request: FastifyRequest): HandleCallback['headers'] {
  const kept: HandleCallback['headers'] = [];
  const { headers } = request;
  for (const name in headers) {
    const value = headers[name];
    const text = typeof value === 'string' ? value : value?.join(', ');
    if (text === undefined || text.length > maxHeaderLength || name.length > 100) continue;
    if (hopHeaders.has(name)) continue;
    if (kept.push({ name, value: text }) === maxHeaders) break;
  }
  return kept;
}
