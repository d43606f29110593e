import fc from 'fast-check';
import { providerApis, secrets } from '../../test/harness';
import type { FreeRoundOrder } from '../domain/provider-api';
import { dialects } from './registry';

const apis = providerApis('http://127.0.0.1:1');
const order: FreeRoundOrder = {
  id: '01976f0e-0000-7000-8000-0000000000f1',
  playerId: '01976f0e-0000-7000-8000-000000000001',
  providerGameId: 'a&b <c>',
  currency: 'EUR',
  rounds: 5,
  stake: 25,
  startsAtMs: 1_767_225_600_000,
  expiresAtMs: 1_767_312_000_000,
};
const moment = { nowMs: 1_767_225_600_000, nonce: '00'.repeat(16) };
const apiOf = (provider: string) => {
  const dialect = dialects.find((candidate) => candidate.provider === provider)!;
  return dialect.api({ ...secrets[provider as keyof typeof secrets], ...apis[provider] });
};
const names = dialects.map(({ provider }) => provider);
const reply = (status: number, body: string) => ({ status, body: Buffer.from(body) });

describe.each(names)("our side of %s's own API", (provider) => {
  const { gameList, freeRounds } = apiOf(provider);

  it('says the same of the same, in what HTTP can carry', () => {
    const requests = () => [
      gameList.request(undefined, moment),
      freeRounds?.grant.request(order, moment),
      freeRounds?.cancel.request({ ...order, reference: 'their-name' }, moment),
    ];
    expect(requests()).toEqual(requests());
    for (const request of requests()) {
      expect(request?.path).toMatch(/^\/[\x21-\x7e]*$/);
      for (const [name, value] of Object.entries(request?.headers ?? {})) {
        expect(name).toMatch(/^[A-Za-z0-9-]+$/);
        expect(value).toMatch(/^[\x20-\x7e]+$/);
      }
      expect(request?.method === 'GET' ? request.body : '').toBe(request?.method === 'GET' ? undefined : '');
    }
  });

  it('names the order in what it grants and what it cancels, whatever is in its fields', () => {
    const grant = freeRounds?.grant.request(order, moment);
    expect(grant?.body).toContain(order.id);
    expect(grant?.body).toContain('5');
    const cancel = freeRounds?.cancel.request(order, moment);
    expect(`${cancel?.path ?? ''}${cancel?.body ?? ''}`).toContain(order.id);
  });

  it('takes nothing for a list, a yes or a no that does not say so', () => {
    for (const status of [500, 502, 503, 504, 408, 429, 302])
      for (const act of [freeRounds?.grant, freeRounds?.cancel])
        expect(act?.read(reply(status, '')).kind).not.toBe('refused');
    for (const body of ['<html>', '{', 'null', '[]', '{"error":"100"}', '"ok"'])
      expect(freeRounds?.grant.read(reply(200, body)).kind).not.toBe('refused');
    for (const body of [
      '',
      '<html>',
      '{',
      'null',
      '7',
      '[[]]',
      '[{}]',
      '{"games":[{}]}',
      '{"tables":{"a":{}}}',
    ])
      expect(gameList.read(reply(200, body)).ok).toBe(false);
    for (const status of [204, 301, 401, 404, 500]) expect(gameList.read(reply(status, '[]')).ok).toBe(false);
  });

  it('never throws, whatever comes back', () => {
    const body = fc.oneof(
      fc.string().map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
      fc.json().map((text) => Buffer.from(text)),
      fc
        .json()
        .map((json) => Buffer.from(`{"error":"0","gameList":${json},"games":${json},"tables":${json}}`)),
      fc.nat(60).map((depth) => Buffer.from('['.repeat(depth * 100))),
    );
    fc.assert(
      fc.property(body, fc.constantFrom(200, 204, 400, 404, 500), (bytes, status) => {
        expect(typeof gameList.read({ status, body: bytes }).ok).toBe('boolean');
        for (const act of [freeRounds?.grant, freeRounds?.cancel])
          expect(['done', 'refused', 'unknown']).toContain(act?.read({ status, body: bytes }).kind);
      }),
      { numRuns: 200 },
    );
  });
});

it.each([
  ['softswiss', 'casinoId'],
  ['evolution', 'casinoKey'],
  ['hub88', 'operatorPrivateKeyPem'],
  ['swipegames', 'cID'],
  ['pragmatic', 'secureLogin'],
  ['playngo', 'apiPassword'],
])('%s is not started without %s', (provider, missing) => {
  const dialect = dialects.find((candidate) => candidate.provider === provider)!;
  const { [missing]: _left, ...rest } = apis[provider] ?? {};
  expect(() => dialect.api({ ...secrets[provider as keyof typeof secrets], ...rest })).toThrow(missing);
});
