import { randomUUID } from 'node:crypto';
import { ok, providerCommands, roundCommands } from '@baize/contracts';
import { GatewayUnderTest } from '../fixtures/gateway-under-test';

describe('rounds', () => {
  let gateway: GatewayUnderTest;
  beforeAll(async () => {
    gateway = await GatewayUnderTest.start();
  });
  afterAll(() => gateway.stop());

  /** The statuses that a client who may launch games, and one who may move money too, are answered. */
  async function statusesOf(path: string, body: object): Promise<number[]> {
    const statuses: number[] = [];
    for (const client of ['launcher', 'operator']) {
      const headers = { 'Idempotency-Key': randomUUID() };
      const token = await gateway.token(client);
      statuses.push((await gateway.call('POST', path, { token, body, headers })).status);
    }
    return statuses;
  }

  it('are resolved by who may move money, not by who may launch games', async () => {
    const seen: string[] = [];
    gateway.on(roundCommands.resolveRound, ({ roundId, actor }) => {
      seen.push(actor.id);
      return ok({ id: 'd1', roundId, action: 'settle' });
    });
    const body = { action: 'settle', reason: 'told by mail', win: 250 };
    expect(await statusesOf('/v1/rounds/r1/resolutions', body)).toEqual([403, 201]);
    expect(seen).toEqual(['operator']);
  });

  it('are not played by calls that somebody without that right trusts', async () => {
    const answer = { status: 200, contentType: 'application/json', body: '{}', outcome: 'ok' as const };
    gateway.on(providerCommands.replayQuarantined, ({ id }) => ok({ id, status: 'replayed', answer }));
    const body = { reason: 'confirmed by phone', trusted: true };
    expect(await statusesOf('/v1/quarantined-callbacks/q1/replays', body)).toEqual([403, 201]);
  });
});
