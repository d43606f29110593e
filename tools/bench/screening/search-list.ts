import { readFileSync } from 'node:fs';
import { migrate, Database } from '@baize/persistence';
import { parse } from 'csv-parse/sync';
import type { ListEntry } from '../../../apps/identity/src/domain/screening/list-entry';
import { Screening } from '../../../apps/identity/src/screening';
import { migrations } from '../../../apps/identity/src/store/migrations';
import { loadSanctionsList } from '../../../apps/identity/src/use-cases/load-sanctions-list/load-sanctions-list';
import { readList } from '../../../apps/identity/src/use-cases/load-sanctions-list/screening-command';
import type { Benchmark } from '../frame/benchmark';
import { printTable } from '../frame/report';
import { createDatabase, startBenchPostgres, workFolder } from '../frame/servers';
import { ascending, percentile } from '../frame/statistics';
import type { ScreeningBenchOptions } from './options';
import { randomOf, withSlip } from './slips';

interface Query {
  readonly name: string;
  /** The entry that must be found; none for people who are not on the list. */
  readonly sourceId?: string;
}

interface Result {
  readonly hits: number;
  readonly found: boolean;
  readonly ms: number;
}

/** Loads the list into a database of its own and searches it as the service does. */
export async function searchList(
  benchmark: Benchmark,
  options: ScreeningBenchOptions & { sdn: string; alt: string },
): Promise<Record<string, number>> {
  const server = await startBenchPostgres(benchmark, workFolder(benchmark));
  const url = await createDatabase(server, 'identity');
  await migrate(url, migrations);
  const database = new Database({ url, name: 'bench' });
  benchmark.atEnd(() => database.close());
  const startedAt = performance.now();
  const list = await readList('ofac', [options.sdn, options.alt]);
  await loadSanctionsList(database, { ...list, list: 'ofac', allowShrink: false });
  await database.query('ANALYZE screening_name, screening_entry');
  const names = list.entries.reduce((sum, entry) => sum + entry.names.length, 0);
  benchmark.say(
    `${list.entries.length} entries with ${names} names loaded in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`,
  );
  const screening = new Screening(database);
  const readAt = performance.now();
  await screening.lists();
  const indexMs = performance.now() - readAt;
  benchmark.say(`taken into memory in ${(indexMs / 1_000).toFixed(1)} s`);
  const figures: Record<string, number> = { entries: list.entries.length, names, 'index-ms': indexMs };
  const rows: string[][] = [];
  for (const [what, queries] of queriesOf(list.entries, options)) {
    benchmark.say(`${what}: ${queries.length} queries`);
    const results = await search(screening, queries);
    const ms = ascending(results.map((result) => result.ms));
    const share =
      results.filter(({ hits, found }) => (what === 'negatives' ? hits > 0 : found)).length / queries.length;
    figures[what === 'negatives' ? 'false-positive-share' : `${what}-recall`] = share;
    for (const [name, part] of [
      ['p50', 0.5],
      ['p99', 0.99],
    ] as const)
      figures[`${what}-${name}-ms`] = percentile(ms, part);
    const figure = `${(100 * share).toFixed(2)}% ${what === 'negatives' ? 'false positives' : 'recall'}`;
    rows.push([
      what,
      String(queries.length),
      figure,
      ...[0.5, 0.99].map((part) => percentile(ms, part).toFixed(2)),
    ]);
  }
  printTable(['queries', 'n', 'result', 'p50 ms', 'p99 ms'], rows);
  return figures;
}

function queriesOf(
  entries: readonly ListEntry[],
  options: ScreeningBenchOptions,
): (readonly [string, Query[]])[] {
  const read = (file: string) =>
    parse<Record<string, string>>(readFileSync(file), { columns: true, bom: true, trim: true });
  const sets: (readonly [string, Query[]])[] = [];
  if (options.negatives !== undefined) {
    const all = read(options.negatives).flatMap(({ full_name: name }) => (name ? [{ name }] : []));
    const step = Math.max(1, Math.ceil(all.length / options.sample));
    sets.push(['negatives', all.filter((_, i) => i % step === 0)]);
  }
  if (options.queries !== undefined) {
    sets.push([
      'queries',
      read(options.queries).map(({ name = '', entry_id: sourceId = '' }) => ({ name, sourceId })),
    ]);
  }
  if (options.typos > 0) {
    const random = randomOf(options.seed);
    const names = entries.flatMap(({ sourceId, names: all }) => all.map((name) => ({ name, sourceId })));
    const slips = Array.from({ length: options.typos }, () => {
      const { name, sourceId } = names[Math.floor(random() * names.length)] ?? { name: '', sourceId: '' };
      return { name: withSlip(name, random), sourceId };
    });
    sets.push(['typos', slips]);
  }
  return sets;
}

async function search(screening: Screening, queries: readonly Query[]): Promise<Result[]> {
  const results: Result[] = [];
  for (const { name, sourceId } of queries) {
    const startedAt = performance.now();
    const hits = await screening.find({ name });
    const found = hits.some((hit) => hit.sourceId === sourceId);
    results.push({ hits: hits.length, found, ms: performance.now() - startedAt });
  }
  return results;
}
