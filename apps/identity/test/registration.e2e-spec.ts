import { walletQueries } from '@baize/contracts';
import {
  createTestDatabase,
  migrateService,
  startService,
  waitFor,
  type RunningService,
  type TestDatabase,
} from '@baize/testing';
import { codeOf, Surroundings, valueOf } from './identity-fixture';

describe('registration with the wallet itself', () => {
  let around: Surroundings;
  let walletDatabase: TestDatabase;
  let walletEnvironment: Record<string, string>;
  let identity: RunningService;
  let wallet: RunningService | undefined;

  beforeAll(async () => {
    around = await Surroundings.start();
    around.setWallet('is away');
    walletDatabase = await createTestDatabase({ migrations: [] });
    walletEnvironment = { DATABASE_URL: walletDatabase.url, NATS_URL: around.server.url };
    migrateService('wallet', { ...walletEnvironment, HTTP_PORT: '0' });
    const { HTTP_PORT: _port, ...environment } = around.environment();
    identity = await startService('identity', environment);
  });
  afterAll(async () => {
    await wallet?.stop();
    await identity.stop();
    await walletDatabase.drop();
    await around.stop();
  });

  it('waits for the wallet, and ends with an empty wallet in the currency of the player', async () => {
    const form = around.form({ currency: 'USD' });
    expect(codeOf(await around.register(form, { key: 'with-wallet' }))).toBe('gateway.service-unavailable');
    wallet = await startService('wallet', walletEnvironment);
    const isRegistered = async () => codeOf(await around.register(form, { key: 'with-wallet' })) === 'ok';
    await waitFor(isRegistered);
    const { id: playerId } = valueOf(await around.register(form, { key: 'with-wallet' }));
    const balance = await around.client.call(walletQueries.getBalance, { playerId, brand: 'demo' });
    expect(valueOf(balance)).toMatchObject({ currency: 'USD', total: 0 });
    expect(codeOf(await around.login(form.email))).toBe('ok');
  });

  it('of twenty at once leaves as many players here as wallets there', async () => {
    const forms = Array.from({ length: 20 }, () => around.form());
    const results = await Promise.all(forms.map((form) => around.register(form)));
    expect(results.map(codeOf)).toEqual(Array<string>(20).fill('ok'));
    for (const result of results) {
      const request = { playerId: valueOf(result).id, brand: 'demo' };
      expect(codeOf(await around.client.call(walletQueries.getBalance, request))).toBe('ok');
    }
  });
});
