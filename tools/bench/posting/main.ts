import { runBenchmark } from '../frame/benchmark';
import { build } from '../frame/servers';

void runBenchmark('posting', 20, async (benchmark) => {
  build(benchmark, ['audit', 'contracts', 'money', 'persistence', 'runtime', 'messaging']);
  // Only now: it imports the libraries that were just built.
  const { comparePostings } = await import('./compare-postings');
  return comparePostings(benchmark);
});
