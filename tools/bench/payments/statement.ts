import { performance } from 'node:perf_hooks';
import { Client } from 'pg';
import type { Benchmark } from '../frame/benchmark';
import { ascending, percentile } from '../frame/statistics';
import type { Api } from './api';

export interface StatementFigures {
  readonly firstPageP99Ms: number;
  readonly streamSeconds: number;
  readonly lines: number;
  readonly bytes: number;
  /** What each process on its way held before and, at most, while it was streamed; bytes. */
  readonly memory: readonly Held[];
  /** How much more gateway and wallet held together, at most, than before. */
  readonly growthBytes: number;
}

interface Held {
  readonly name: string;
  readonly before: number;
  readonly most: number;
}

const lines = 500_000;
const rowsAtOnce = 50_000;
const pages = 100;
const sampleEveryMs = 100;

/** Gives a wallet a month of 500,000 lines with two entries each: a million entries. */
export async function fillAccount(
  benchmark: Benchmark,
  databaseUrl: string,
  playerId: string,
  { opening, since }: { opening: number; since: Date },
): Promise<void> {
  benchmark.say(`writing ${lines} lines with ${2 * lines} entries`);
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (let from = 2; from <= lines; from += rowsAtOnce) {
      await client.query(insertSql, [
        playerId,
        from,
        Math.min(lines, from + rowsAtOnce - 1),
        since,
        opening,
        lines,
      ]);
    }
    await client.query('UPDATE wallet SET sequence = $2, real = $3 WHERE player_id = $1', [
      playerId,
      lines,
      opening + lines - 1,
    ]);
    await client.query('ANALYZE journal');
  } finally {
    await client.end();
  }
}

const insertSql = `
WITH line AS (
  INSERT INTO journal (id, player_id, currency, sequence, kind, brand, provider, provider_tx_id, amount, real, bonus,
    locked, forfeited, wagered, balance_after, actor, received_at, created_at)
  SELECT gen_random_uuid(), $1::uuid, 'EUR', n, 'win', 'demo', 'softswiss', 'bench-' || n, 1, 1, 0, 0, 0, 0,
    $5::bigint + n - 1, 'provider:softswiss', t.at, t.at
  FROM generate_series($2::bigint, $3::bigint) n,
    LATERAL (SELECT $4::timestamptz + (now() - $4::timestamptz) * (n::float8 / $6::float8) AS at) t
  RETURNING id, player_id, currency, created_at
)
INSERT INTO entry (journal_id, account, player_id, currency, amount, brand, party, transaction, created_at)
SELECT l.id, v.account::ledger_account, l.player_id, l.currency, v.amount, v.brand, v.party,
  pg_current_xact_id()::text::bigint, l.created_at
FROM line l, (VALUES ('real', 1, NULL, NULL), ('games', -1, 'demo', 'softswiss')) v(account, amount, brand, party)`;

/** `looks`: what each process on the statement's way holds now, in bytes; `gateway` and `wallet` are among them. */
export async function measureStatement(
  api: Api,
  playerId: string,
  since: Date,
  looks: Readonly<Record<string, () => number>>,
): Promise<StatementFigures> {
  const path = `/v1/players/${playerId}/statements?currency=EUR&from=${since.toISOString()}`;
  const times: number[] = [];
  for (let page = 0; page < pages; page += 1) {
    const begin = performance.now();
    await api.get(`${path}&limit=50`);
    times.push(performance.now() - begin);
  }
  const memory = Object.entries(looks).map(([name, look]) => ({ name, look, before: look(), most: 0 }));
  const services = memory.filter(({ name }) => name === 'gateway' || name === 'wallet');
  let growthBytes = 0;
  const sampler = setInterval(() => {
    for (const one of memory) one.most = Math.max(one.most, one.look());
    const more = services.reduce((sum, { look, before }) => sum + look() - before, 0);
    growthBytes = Math.max(growthBytes, more);
  }, sampleEveryMs);
  let bytes = 0;
  const begin = performance.now();
  const read = await api.drain(`${path}&format=csv`, (more) => (bytes += more));
  clearInterval(sampler);
  return {
    firstPageP99Ms: percentile(ascending(times), 0.99),
    streamSeconds: (performance.now() - begin) / 1_000,
    lines: read,
    bytes,
    memory: memory.map(({ name, before, most }) => ({ name, before, most })),
    growthBytes,
  };
}

/** Head, opening balance, the lines of the period, closing balance; the first line was an adjustment of today. */
export const leastLines = lines;
