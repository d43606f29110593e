import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startProcess, waitFor, type RunningProcess } from '@baize/testing';

interface Demo {
  gatewayUrl: string | null;
  databases: Record<string, string>;
  metrics: Record<string, string>;
  clients: { name: string; clientId: string; clientSecret: string; scopes: string[] }[];
}
interface Run {
  launcher: number;
  processes: Record<string, { pid: number; mark: string }>;
}

// Two services keep it light: one with a database of its own, and one that the launcher is to restart.
const services = ['identity', 'wallet'];
const startWithinMs = 120_000;
const folder = mkdtempSync(join(tmpdir(), 'baize-stack-'));
const inFolder = (name: string): string => join(folder, name);
const readJson = (name: string): unknown => JSON.parse(readFileSync(inFolder(name), 'utf8'));
const readDemo = (): Demo => readJson('demo.json') as Demo;
const processes = (): Run['processes'] => (readJson('run.json') as Run).processes;
const pidOf = (name: string): number => processes()[name]?.pid ?? 0;
const healthOf = (name: string): string =>
  (readDemo().metrics[name] ?? '').replace('/metrics', '/health/ready');

function start(...args: string[]): Promise<RunningProcess> {
  return startProcess({
    args: ['tools/start.mjs', ...args],
    env: { STACK_DIR: folder, STACK_SERVICES: services.join(','), DATABASE_URL: '', NATS_URL: '' },
    ready: (output) => /^ready/m.test(output),
    timeoutMs: startWithinMs,
  });
}

async function query(sql: string): Promise<unknown[]> {
  const client = new Client({ connectionString: readDemo().databases.wallet });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function isGone(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return true;
  }
}

describe('the launcher', () => {
  let launcher: RunningProcess;

  beforeAll(async () => {
    // PostgreSQL's own user must be able to enter it.
    chmodSync(folder, 0o755);
    launcher = await start();
  }, startWithinMs);

  afterAll(async () => {
    await launcher.stop();
    if (existsSync(inFolder('places.json'))) {
      rmSync((readJson('places.json') as { elsewhere: string }).elsewhere, { recursive: true, force: true });
    }
    rmSync(folder, { recursive: true, force: true });
  }, startWithinMs);

  it('leaves all that a client needs in a private file', async () => {
    expect(statSync(inFolder('demo.json')).mode & 0o777).toBe(0o600);
    const demo = readDemo();
    expect(demo.clients.map(({ name }) => name)).toEqual([
      'operator',
      'affiliate-manager',
      'compliance',
      'auditor',
      'compliance-2',
    ]);
    expect(Object.keys(demo.metrics).sort()).toEqual(services);
    // a lease that a starved machine let run out makes a service not ready for a moment
    const isReady = async (name: string) => (await fetch(healthOf(name))).status === 200;
    for (const name of services) await waitFor(() => isReady(name), { what: name });
    expect(await query('select current_database() as name')).toEqual([{ name: 'baize_wallet' }]);
  });

  it('keeps every service out of the databases of the others', async () => {
    const { databases } = readDemo();
    const foreign = (databases.wallet ?? '').replace(/[^/]+$/, 'baize_identity');
    const client = new Client({ connectionString: foreign });
    await expect(client.connect()).rejects.toThrow(/permission denied/);
  });

  it('refuses to run twice on one folder', async () => {
    await expect(start()).rejects.toThrow(/runs already/);
  });

  it('starts a dead service again on the same port, and names it', async () => {
    const first = pidOf('identity');
    process.kill(first, 'SIGKILL');
    await waitFor(() => pidOf('identity') !== first);
    expect(launcher.output()).toMatch(/identity died \(SIGKILL\)/);
    await waitFor(async () => (await fetch(healthOf('identity'))).ok);
  });

  it(
    'recovers when it and its servers were killed, ends what they left, and keeps the data',
    async () => {
      await query('create table survivor as select 1 as id');
      const orphan = pidOf('wallet');
      await launcher.kill();
      for (const name of ['PostgreSQL', 'nats-server']) process.kill(pidOf(name), 'SIGKILL');
      launcher = await start();
      expect(launcher.output()).toMatch(/ended what an earlier run had left: .*wallet/);
      expect(isGone(orphan)).toBe(true);
      expect(await query('select id from survivor')).toEqual([{ id: 1 }]);
    },
    startWithinMs,
  );

  it(
    'stops everything on SIGTERM and wipes the data on --reset',
    async () => {
      const pids = Object.values(processes()).map(({ pid }) => pid);
      expect(await launcher.stop()).toBe(0);
      expect(pids.filter((pid) => !isGone(pid))).toEqual([]);
      launcher = await start('--reset');
      await expect(query('select from survivor')).rejects.toThrow(/does not exist/);
    },
    startWithinMs,
  );
});
