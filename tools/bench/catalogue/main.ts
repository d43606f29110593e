import 'reflect-metadata';
import { runBenchmark } from '../frame/benchmark';
import { build } from '../frame/servers';

void runBenchmark('catalogue', 5, async (benchmark) => {
  build(benchmark, ['audit', 'contracts', 'messaging', 'money', 'persistence', 'runtime']);
  // Only now: it imports the libraries that were just built.
  const { searchCatalogue } = await import('./search-catalogue');
  return searchCatalogue(benchmark);
});
