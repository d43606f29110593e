import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  gameSessionsCommands,
  gameSessionsQueries,
  identityQueries,
  ok,
  type Eligibility,
  type FreeRoundsGranted,
} from '@baize/contracts';
import { freePort, startService, waitFor, type RunningService } from '@baize/testing';
import { dialects } from '../src/adapters/registry';
import { brand, gameOf, providerApis, secrets, startTestService, type TestService } from './harness';

const eligible: Eligibility = { allowed: true, reasons: [], epoch: 1, country: 'MT', currency: 'EUR' };
const actor = { kind: 'client', id: 'client:test' } as const;

/** The providers' own APIs as the sandbox plays them, which was written without a look at the dialects. */
describe("the providers' own APIs", () => {
  let sandbox: RunningService;
  let sandboxUrl: string;
  let service: TestService;

  const control = async (provider: string, wish: object) => {
    const answer = await fetch(`${sandboxUrl}/control/api/${provider}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(wish),
    });
    expect(answer.status).toBe(204);
  };
  const sync = async (provider: string) => {
    const run = await service.client.call(gameSessionsCommands.syncCatalogue, { provider });
    return run.ok ? run.value : run.error;
  };
  const grant = async (provider: string): Promise<FreeRoundsGranted> => {
    const granted = await service.client.call(gameSessionsCommands.grantFreeRounds, {
      brand,
      playerId: randomUUID(),
      form: {
        gameId: await freeGameOf(provider),
        rounds: 5,
        stake: { amount: 20, currency: 'EUR' },
        expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      },
      idempotency: { key: randomUUID(), caller: 'client:test', bodySha256: '0'.repeat(64) },
      actor,
    });
    if (!granted.ok) throw new Error(`${provider}: ${JSON.stringify(granted.error)}`);
    return granted.value;
  };
  const freeGameOf = async (provider: string): Promise<string> => {
    const asked = { brand, provider, feature: 'free-rounds', limit: 1 };
    const page = await service.client.call(gameSessionsQueries.listGames, asked);
    return (page.ok && page.value.items[0]?.id) || gameOf(provider).id;
  };
  const cancel = (id: string) =>
    service.client.call(gameSessionsCommands.cancelFreeRounds, { id, brand, actor });

  beforeAll(async () => {
    const port = await freePort();
    sandboxUrl = `http://127.0.0.1:${port}`;
    const apis = providerApis(sandboxUrl);
    const keys = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const pem = {
      ours: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      theirs: keys.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    };
    for (const [provider, api] of Object.entries(apis)) api.url = `${sandboxUrl}/api/${provider}`;
    const hub88 = { ...apis.hub88, operatorPrivateKeyPem: pem.ours };
    const file = join(tmpdir(), `sandbox-${randomUUID()}.json`);
    const providers = Object.fromEntries(
      Object.entries(secrets).map(([name, credentials]) => [
        name,
        {
          baseUrl: 'http://127.0.0.1:1',
          credentials,
          api: { ...apis[name], TEST_ONLY_operatorPublicKeyPem: pem.theirs },
        },
      ]),
    );
    writeFileSync(file, JSON.stringify({ gatewayUrl: 'http://127.0.0.1:1', providers }), { mode: 0o600 });
    sandbox = await startService('sandbox', { SANDBOX_CONFIG: file, SANDBOX_PORT: String(port) });
    service = await startTestService({ apis: { ...apis, hub88 } });
    service.answer(identityQueries.checkEligibility, () => ok(eligible));
    await waitFor(async () => {
      const runs = await service.database.query<{ state: string }>('SELECT state FROM catalogue_run');
      return runs.length === dialects.length && runs.every(({ state }) => state !== 'running');
    });
  }, 90_000);
  afterAll(async () => {
    await service.stop();
    await sandbox.stop();
  }, 60_000);

  describe.each(dialects.map(({ provider }) => provider))('%s', (provider) => {
    it('has the games that the catalogue has, in the same facts, and more when there are more', async () => {
      const seeded = await sync(provider);
      expect(seeded).toMatchObject({ state: 'applied', added: 0, changed: 0, removed: 0 });
      await control(provider, { extra: 2 });
      expect(await sync(provider)).toMatchObject({ state: 'applied', added: 2 });
      await control(provider, { extra: 1 });
      expect(await sync(provider)).toMatchObject({ state: 'applied', removed: 1 });
      await control(provider, {});
      expect(await sync(provider)).toMatchObject({ state: 'applied', removed: 1 });
      const page = await service.client.call(gameSessionsQueries.getGame, {
        brand,
        gameId: gameOf(provider).id,
      });
      const { name, category, rtpBasisPoints } = gameOf(provider);
      expect(page).toMatchObject({ ok: true, value: { name, category, rtpBasisPoints } });
    });

    it.each(['error', 'silence', 'garbage', 'lost-answer'])('changes nothing by %s', async (fault) => {
      await control(provider, { fault, times: 1 });
      expect(await sync(provider)).toMatchObject({ state: 'failed' });
      expect(await sync(provider)).toMatchObject({ state: 'applied', changed: 0, removed: 0 });
    });

    it('grants free rounds and takes them back, whatever gets lost', async () => {
      const first = await grant(provider);
      expect(first.status).toBe('active');
      expect(await cancel(first.id)).toMatchObject({ ok: true, value: { status: 'cancelled' } });
      await control(provider, { fault: 'lost-answer', times: 1 });
      const second = await grant(provider);
      expect(second.status).toBe('pending');
      // what was granted without our knowing is taken back by our own id
      expect(await cancel(second.id)).toMatchObject({ ok: true, value: { status: 'cancelled' } });
    });
  });

  it('answers nobody whom it does not trust', async () => {
    for (const path of ['softswiss/games?casino_id=x', 'evolution/api/lobby/v1/x/state', 'nobody/games'])
      expect((await fetch(`${sandboxUrl}/api/${path}`)).status).toBeGreaterThanOrEqual(401);
  });
});
