import { randomUUID } from 'node:crypto';
import { ok, roundCommands } from '@baize/contracts';
import { GatewayUnderTest } from '../fixtures/gateway-under-test';

describe('rounds', () => {
  let gateway: GatewayUnderTest;
  beforeAll(async () => {
    gateway = await GatewayUnderTest.start();
  });
  afterAll(() => gateway.stop());

  it('are resolved by who may move money, not by who may launch games', async () => {
    const seen: string[] = [];
    gateway.on(roundCommands.resolveRound, ({ roundId, actor }) => {
      seen.push(actor.id);
      return ok({ id: 'd1', roundId, action: 'settle' });
    });
    const body = { action: 'settle', reason: 'told by mail', win: 250 };
    const statuses: number[] = [];
    for (const client of ['launcher', 'operator']) {
      const headers = { 'Idempotency-Key': randomUUID() };
      const token = await gateway.token(client);
      const response = await gateway.call('POST', '/v1/rounds/r1/resolutions', { token, body, headers });
      statuses.push(response.status);
    }
    expect(statuses).toEqual([403, 201]);
    expect(seen).toEqual(['operator']);
  });
});
