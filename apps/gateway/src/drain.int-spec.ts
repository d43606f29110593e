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
    await waitFor(() => release !== undefined, { what: 'the request at the service' });

    const stopped = gateway.running.stop();
    await waitFor(
      () =>
        gateway.call('GET', '/health').then(
          () => false,
          () => true,
        ),
      { what: 'the end of new connections' },
    );
    release?.();
    const answer = await answered;
    answer.resume();
    expect(answer.statusCode).toBe(200);
    const startedAt = Date.now();
    await stopped;
    expect(Date.now() - startedAt).toBeLessThan(30_000); // they are kept for 65 s
    agent.destroy();
    await gateway.stop();
  });

  it('loses no request of busy connections', async () => {
    const gateway = await GatewayUnderTest.start();
    gateway.on(walletQueries.getBalance, () => ok(balance));
    const agent = new Agent({ keepAlive: true, maxSockets: 4 });
    const headers = { authorization: `Bearer ${await gateway.token('operator')}` };
    const ask = () =>
      new Promise<IncomingMessage | undefined>((resolve, reject) => {
        const request = get(`${gateway.url}/v1/players/p1/balance`, { agent, headers }, (answer) => {
          answer.resume().on('end', () => resolve(answer));
        });
        // on a connection of its own it only says that the server is gone; on a kept one it was lost
        request.on('error', (error) => {
          if (request.reusedSocket) reject(error);
          else resolve(undefined);
        });
      });
    const seen = { kept: 0, closed: 0 };
    const client = async (): Promise<void> => {
      for (;;) {
        const answer = await ask();
        if (!answer) return;
        expect(answer.statusCode).toBe(200);
        seen[answer.headers.connection === 'close' ? 'closed' : 'kept'] += 1;
      }
    };
    const clients = Promise.all(Array.from({ length: 4 }, client));
    await waitFor(() => seen.kept > 20, { what: 'busy connections' });
    await Promise.all([gateway.running.stop(), clients]);
    expect(seen.closed).toBeGreaterThanOrEqual(4);
    agent.destroy();
    await gateway.stop();
  });
});
