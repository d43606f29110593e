import { createHash, randomUUID } from 'node:crypto';
import type { NatsConnection } from 'nats';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceNames, walletCommands } from '@baize/contracts';
import { brokerConfig, connectBroker, ensureStreams, RequestClient } from '@baize/messaging';
import {
  createTestDatabase,
  freePort,
  migrateService,
  startNatsServer,
  startService,
  waitFor,
  type PrivateServer,
  type RunningService,
  type TestDatabase,
  playFence,
} from '@baize/testing';
import { EventStream } from '../src/fixtures/event-stream';

jest.setTimeout(180_000);

const passwords = Object.fromEntries(['setup', ...serviceNames].map((name) => [name, `secret-of-${name}`]));

/** Gateway and wallet as processes of their own, on a broker with the permissions of production. */
describe('the balance as it happens, through real processes', () => {
  let database: TestDatabase;
  let nats: PrivateServer;
  let fence: NatsConnection;
  let wallet: RunningService;
  let gateway: RunningService;
  let url: string;
  let token: string;
  let playerId: string;
  let walletEnvironment: Record<string, string>;
  const streams: EventStream[] = [];

  beforeAll(async () => {
    database = await createTestDatabase({ migrations: [] });
    nats = await startNatsServer({ config: brokerConfig(passwords) });
    const setup = await connect('setup');
    await ensureStreams(setup);
    await setup.close();
    walletEnvironment = {
      ...{ DATABASE_URL: database.url, NATS_URL: nats.url, NATS_PASSWORD: passwords.wallet! },
      ...{ HTTP_PORT: String(await freePort()), LEDGER_SEAL_INTERVAL_MS: '100' },
      AUDIT_SIGNING_KEY: Buffer.alloc(32, 'audit').toString('base64'),
    };
    // Identity does not run here: its part of the fence is played, on its own connection.
    fence = await connect('identity');
    playFence(fence);
    migrateService('wallet', walletEnvironment);
    wallet = await startService('wallet', walletEnvironment);
    const port = String(await freePort());
    url = `http://127.0.0.1:${port}`;
    const folder = mkdtempSync(join(tmpdir(), 'gateway-'));
    writeFileSync(join(folder, 'gateway.json'), JSON.stringify(edge));
    gateway = await startService('gateway', {
      ...{ NATS_URL: nats.url, NATS_PASSWORD: passwords.gateway!, GATEWAY_PORT: port },
      GATEWAY_CONFIG: join(folder, 'gateway.json'),
    });
    const answer = await fetch(`${url}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from('operator:secret').toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });
    token = ((await answer.json()) as { access_token: string }).access_token;
    playerId = randomUUID();
    const identity = await connect('identity');
    const client = new RequestClient(identity);
    const opened = await client.call(walletCommands.openPlayer, {
      ...{ playerId, brand: 'demo', currency: 'EUR', epoch: 0 },
    });
    expect(opened.ok).toBe(true);
    client.close();
    await identity.close();
  });
  afterAll(async () => {
    streams.forEach((stream) => stream.close());
    await fence.close();
    await gateway.stop();
    await wallet.stop();
    await nats.stop();
    await database.drop();
  });

  const connect = (user: string) =>
    connectBroker({ url: nats.url, user, password: passwords[user], name: user });
  const get = (path: string) =>
    fetch(`${url}/v1/players/${playerId}${path}`, { headers: { authorization: `Bearer ${token}` } });
  const open = async () => {
    const stream = await EventStream.open(`${url}/v1/players/${playerId}/balance/stream`, token);
    streams.push(stream);
    return stream;
  };
  /** Gives 1 and answers the version that made, however often it has to be tried. */
  async function adjust(): Promise<number> {
    const key = randomUUID();
    const send = () =>
      fetch(`${url}/v1/players/${playerId}/adjustments`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': key,
        },
        body: JSON.stringify({ amount: { amount: 1, currency: 'EUR' }, reason: 'test' }),
      });
    await waitFor(async () => (await send()).status === 201, { what: 'the adjustment' });
    return ((await (await get('/balance')).json()) as { version: number }).version;
  }

  it('shows every change, mostly long before it would be looked for anyway', async () => {
    const stream = await open();
    const delays: number[] = [];
    for (let i = 0; i < 20; i += 1) {
      const version = await adjust();
      const doneAt = Date.now();
      delays.push((await stream.until(({ id }) => Number(id) >= version)).atMs - doneAt);
    }
    expect(delays.sort((a, b) => a - b)[10]).toBeLessThan(500);
    const last = stream.events[stream.events.length - 1]!;
    expect(last.data).toEqual(await (await get('/balance')).json());
  });

  it('goes on when the wallet is killed, and when the broker is', async () => {
    const stream = await open();
    await wallet.kill();
    wallet = await startService('wallet', walletEnvironment);
    const first = await adjust();
    await stream.until(({ id }) => Number(id) >= first);
    await nats.kill();
    await nats.restart();
    const second = await adjust();
    await stream.until(({ id }) => Number(id) >= second);
    expect(stream.ended).toBeUndefined();
  });

  it('is followed by a statement that adds up to it, and by lines that are sealed', async () => {
    const { total, version } = (await (await get('/balance')).json()) as { total: number; version: number };
    const rows = (await (await get('/statements?format=csv')).text()).trim().split('\r\n').slice(1);
    const amounts = rows.slice(1, -1).map((row) => Number(row.split(',')[5]));
    expect(amounts).toHaveLength(version);
    expect(amounts.reduce((sum, amount) => sum + amount, 0)).toBe(total);
    expect(rows[rows.length - 1]).toContain(`,EUR,,,,,${total},`);
    await waitFor(() => wallet.output().includes('"ledgerSeal":"'), { what: 'a seal in the log' });
  });

  it('ends with its gateway, which does not wait for it', async () => {
    const stream = await open();
    await stream.until(() => true);
    const startedAt = Date.now();
    expect(await gateway.stop()).toBe(0);
    expect(Date.now() - startedAt).toBeLessThan(14_000); // before its next sign of life
    expect(stream.events[stream.events.length - 1]).toMatchObject({
      event: 'end',
      data: { reason: 'closing' },
    });
  });
});

const edge = {
  clients: [
    {
      ...{ name: 'operator', clientId: 'operator', brands: ['demo'] },
      secretSha256: createHash('sha256').update('secret').digest('hex'),
      scopes: ['wallet:read', 'payments:write'],
    },
  ],
  jwt: { secret: 'a secret of more than thirty-two bytes, for this test' },
};
