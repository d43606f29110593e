import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { Client } from 'pg';
import { freePort } from '../../servers/processes.cjs';
import { type Benchmark } from '../frame/benchmark';
import { createDatabase } from '../frame/servers';
import type { PostgresServer } from '../../servers/postgres.cjs';
import { startNode } from './node-process';
import { load, residentBytesOf, type CallbackSide } from './side';

/** Starts the usual-way service on a database of its own and opens its wallets. */
export async function startUsualSide(benchmark: Benchmark, postgres: PostgresServer): Promise<CallbackSide> {
  benchmark.say('starting the usual-way service');
  const databaseUrl = await createDatabase(postgres, 'usual');
  const port = String(await freePort());
  const secret = randomBytes(24).toString('hex');
  const service = await startNode(benchmark, {
    name: 'usual',
    args: ['-r', join(__dirname, '../register.cjs'), join(__dirname, '../usual/main.ts')],
    env: { DATABASE_URL: databaseUrl, HTTP_PORT: port, SOFTSWISS_SECRET: secret },
    ready: (output) => output.includes('ready'),
  });
  const processes = { usual: service.pid };
  const idleBytes = residentBytesOf(processes);
  return {
    name: 'usual way',
    target: {
      url: `http://127.0.0.1:${port}/callbacks/games/demo/softswiss`,
      provider: 'softswiss',
      credentials: { secret },
      game: 'acceptance:test',
      currency: load.currency,
      playerIds: await openWallets(databaseUrl),
    },
    databaseUrl,
    opening: { balance: load.openingBalance, sequence: 0 },
    processes,
    idleBytes,
    settle: () => Promise.resolve(),
  };
}

async function openWallets(databaseUrl: string): Promise<string[]> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ player_id: string }>(
      `INSERT INTO wallet (player_id, currency, "real", bonus, locked, sequence)
       SELECT gen_random_uuid(), $1, $2, 0, 0, 0 FROM generate_series(1, $3::integer) RETURNING player_id`,
      [load.currency, load.openingBalance, load.players],
    );
    await client.query('VACUUM ANALYZE');
    return rows.map((row) => row.player_id);
  } finally {
    await client.end();
  }
}
