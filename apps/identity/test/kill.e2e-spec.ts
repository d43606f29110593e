import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { identityEvents, paymentEvents, type PlayerRegistered } from '@baize/contracts';
import { migrateService, startService, waitFor, type RunningService } from '@baize/testing';
import { codeOf, Surroundings, valueOf } from './identity-fixture';

describe('identity, killed between its player and the wallet', () => {
  let around: Surroundings;
  let environment: Record<string, string>;
  let identity: RunningService;

  beforeAll(async () => {
    around = await Surroundings.start();
    const { HTTP_PORT: _port, ...rest } = around.environment({ REGISTRATION_LEASE_MS: '2000' });
    environment = rest;
    migrateService('identity', { ...environment, HTTP_PORT: '1' }); // up to date: changes nothing
    identity = await startService('identity', environment);
  });
  afterAll(async () => {
    await identity.stop();
    await around.stop();
  });

  /** Registers, and kills identity when its player is committed and the wallet was asked. */
  async function dieWhileRegistering(key: string) {
    const form = around.form();
    const asked = around.opened.length;
    around.setWallet('stays silent');
    const lost = around.register(form, { key, timeoutMs: 8_000 });
    lost.catch(() => undefined); // nobody answers it any more
    await waitFor(() => around.opened.length > asked);
    await identity.kill();
    expect(await around.count('player', `status = 'pending'`)).toBe(1);
    expect(await around.count('registration', `key = '${key}' AND answer IS NULL`)).toBe(1);
    around.setWallet('opens');
    return form;
  }

  async function expectOnePlayer(email: string, key: string): Promise<void> {
    const { playerId } = valueOf(await around.login(email));
    expect(await around.count('registration', `key = '${key}' AND player_id = '${playerId}'`)).toBe(1);
    expect(await around.count('player', `id = '${playerId}' AND status = 'active'`)).toBe(1);
    expect(await around.count('player', `status = 'pending'`)).toBe(0);
    const told = () =>
      (around.dataOf(identityEvents.playerRegistered.type) as PlayerRegistered[]).filter(
        (data) => data.playerId === playerId,
      );
    await waitFor(() => told().length > 0);
    expect(told()).toHaveLength(1);
  }

  it('applies what was parked, once, when it is told to', async () => {
    const deadLetters = (...args: string[]) =>
      spawnSync(process.execPath, ['apps/identity/dist/main.js', 'dead-letters', ...args], {
        env: { PATH: process.env.PATH, ...environment },
        cwd: join(__dirname, '../../..'),
        encoding: 'utf8',
        timeout: 60_000,
      });
    const { id } = await around.registered();
    await park(id);
    expect(deadLetters('list').stdout).toContain(`"partitionKey":"${id}","events":1,"reason":"a test"`);
    expect(deadLetters('replay')).toMatchObject({ status: 0, stdout: '{"replayed":1,"stuck":[]}\n' });
    expect(await around.count('kyc_deposit', `player_id = '${id}'`)).toBe(1);
    expect(deadLetters('list')).toMatchObject({ status: 0, stdout: '' });
    expect(deadLetters('nonsense').status).toBe(2);
  });

  /** A deposit that could not be counted when it came. */
  async function park(playerId: string): Promise<void> {
    const { type } = paymentEvents.depositConfirmed;
    const occurredAt = new Date().toISOString();
    const data = {
      ...{ paymentId: 'parked', playerId, brand: 'demo', amount: 5_000, currency: 'EUR' },
      ...{ method: 'card', ordinal: 1, transactionId: randomUUID(), occurredAt },
    };
    const id = randomUUID();
    const envelope = { id, type, partitionkey: playerId, time: occurredAt, data };
    await around.database.query(
      `WITH key AS (INSERT INTO parked_key (consumer, partition_key, reason) VALUES ('identity', $1, 'a test'))
       INSERT INTO parked_event (consumer, event_id, type, partition_key, reason, envelope)
       VALUES ('identity', $2, $3, $1, 'a test', $4)`,
      [playerId, id, type, JSON.stringify(envelope)],
    );
  }

  it('ends in one player when the caller retries with the same key', async () => {
    const form = await dieWhileRegistering('retried');
    identity = await startService('identity', { ...environment, SWEEP_INTERVAL_MS: '60000' });
    const players = await around.count('player');
    const codes = new Set<string>();
    const isAnswered = async () => {
      const code = codeOf(await around.register(form, { key: 'retried' }));
      codes.add(code);
      return code === 'ok';
    };
    await waitFor(isAnswered);
    codes.delete('idempotency.in-progress'); // until the lease of the dead process ran out
    expect([...codes]).toEqual(['ok']);
    expect(await around.count('player')).toBe(players);
    await expectOnePlayer(form.email, 'retried');
  });

  it('ends in one player when nobody retries', async () => {
    await identity.stop();
    identity = await startService('identity', environment);
    const form = await dieWhileRegistering('abandoned');
    identity = await startService('identity', environment);
    await waitFor(async () => (await around.count('player', `status = 'pending'`)) === 0);
    expect(valueOf(await around.register(form, { key: 'abandoned' })).replayed).toBe(true);
    await expectOnePlayer(form.email, 'abandoned');
  });

  it('stops in order on SIGTERM and leaves no personal data in its output', async () => {
    expect(await identity.stop()).toBe(0);
    expect(identity.output()).toContain('identity stopped');
    expect(identity.output()).not.toContain('example.com');
    expect(identity.output()).not.toContain('Lovelace');
  });

  it('names every bad variable when it cannot start', async () => {
    const start = startService('identity', { ...environment, IDENTITY_MASTER_KEY: 'short', NATS_URL: '' });
    await expect(start).rejects.toThrow(/IDENTITY_MASTER_KEY: must be 32 bytes in base64/);
    await expect(start).rejects.toThrow(/NATS_URL is missing/);
  });
});
