import 'reflect-metadata';
import { runBenchmark } from '../frame/benchmark';
import { build } from '../frame/servers';
import { readScreeningOptions, screeningUsage, type ScreeningBenchOptions } from './options';

function options(): ScreeningBenchOptions {
  try {
    return readScreeningOptions(process.argv.slice(2));
  } catch {
    process.stderr.write(`${screeningUsage}\n`);
    process.exit(2);
  }
}

const chosen = options();
void runBenchmark(
  'screening',
  1,
  async (benchmark) => {
    build(benchmark, ['audit', 'contracts', 'messaging', 'money', 'persistence', 'runtime']);
    // Only now: they import the libraries that were just built.
    const { comparePairs } = await import('./compare-pairs');
    const { searchList } = await import('./search-list');
    const figures = chosen.pairs === undefined ? {} : comparePairs(chosen.pairs);
    const { sdn, alt } = chosen;
    if (sdn !== undefined && alt !== undefined) {
      Object.assign(figures, await searchList(benchmark, { ...chosen, sdn, alt }));
    }
    return { figures, ratios: {} };
  },
  chosen.json === undefined ? [] : ['--json', chosen.json],
);
