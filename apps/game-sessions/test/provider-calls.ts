import { createHmac } from 'node:crypto';
import type { HandleCallback } from '@baize/contracts';
import { brand, gameOf, secrets } from './harness';

/** A call as a provider sends it. */
export type Signed = Pick<
  HandleCallback,
  'brand' | 'provider' | 'path' | 'query' | 'headers' | 'bodyBase64'
> &
  Partial<Pick<HandleCallback, 'method'>>;

/** Signs any text as softswiss does. */
export function softswissText(path: string, text: string, secret = secrets.softswiss.secret): Signed {
  const body = Buffer.from(text);
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return {
    brand,
    provider: 'softswiss',
    path,
    query: '',
    headers: [{ name: 'X-Request-Sign', value: signature }],
    bodyBase64: body.toString('base64'),
  };
}

export function softswissCall(path: string, body: Record<string, unknown>): Signed {
  return softswissText(
    path,
    JSON.stringify({ currency: 'EUR', game: gameOf('softswiss').providerGameId, ...body }),
  );
}

/** Sends any text with evolution's token. */
export function evolutionText(path: string, text: string, token = secrets.evolution.authToken): Signed {
  return {
    brand,
    provider: 'evolution',
    path,
    query: `authToken=${encodeURIComponent(token)}`,
    headers: [],
    bodyBase64: Buffer.from(text).toString('base64'),
  };
}

export function evolutionCall(path: string, body: Record<string, unknown>): Signed {
  return evolutionText(path, JSON.stringify({ uuid: 'call-1', currency: 'EUR', ...body }));
}

/** A movement of evolution; the amount is put into the JSON as it is written. */
export function evolutionMovement(
  path: string,
  seat: { sid: string; playerId: string; currency?: string },
  transaction: { id: string; refId: string; amount: string },
  at: { round?: string; tableId?: string } = {},
): Signed {
  const { round = 'round-1', tableId = gameOf('evolution').providerGameId } = at;
  const game = { id: round, type: 'blackjack', details: { table: { id: tableId, vid: null } } };
  const { sid, playerId: userId, currency = 'EUR' } = seat;
  const head = JSON.stringify({ sid, userId, uuid: 'call-1', currency, game });
  const { id, refId, amount } = transaction;
  const tail = `,"transaction":{"id":${JSON.stringify(id)},"refId":${JSON.stringify(refId)},"amount":${amount}}}`;
  return evolutionText(path, head.slice(0, -1) + tail);
}
