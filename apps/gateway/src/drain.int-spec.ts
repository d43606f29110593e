import { Agent, get, type IncomingMessage } from 'node:http';
import { ok, walletQueries } from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { GatewayUnderTest } from './fixtures/gateway-under-test';

const balance = { currency: 'EUR', real: 0, bonus: 0, locked: 0, total: 0, version: 0 };

describe('stopping', () => {
  it('answers what is in hand, takes nothing new, and does not wait for kept-alive connections', async () => {
    const gateway = await GatewayUnderTest.start();
    let release: (() => void) | undefined;
    gateway.on(
      walletQueries.getBalance,
      () => new Promise((resolve) => (release = () => resolve(ok(balance)))),
    );
    const agent = new Agent({ keepAlive: true });
    const headers = { authorization: `Bearer ${await gateway.token('operator')}` };
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      get(`${gateway.url}/v1/players/p1/balance`, { agent, headers }, resolve).on('error', reject);
    });
    await waitFor(() => release !== undefined, { timeoutMs: 5_000, what: 'the request at the service' });

    const stopped = gateway.running.stop();
    await waitFor(
      () =>
        gateway.call('GET', '/health').then(
          () => false,
          () => true,
        ),
      {
        timeoutMs: 5_000,
        what: 'the end of new connections',
      },
    );
    release?.();
    const answer = await answered;
    answer.resume();
    expect(answer.statusCode).toBe(200);
    const startedAt = Date.now();
    await stopped;
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    agent.destroy();
    await gateway.stop();
  });
});
