import { dialects } from '../../../apps/game-sessions/src/adapters/registry';
import type { Benchmark } from '../frame/benchmark';
import { printTable, type Outcome } from '../frame/report';
import { runInterleaved } from '../frame/sides';
import { samplesOf, serve, type Sample } from './samples';

/** Calls per second and core; an RSA signature alone takes most of what hub88 may take. */
const targets: Readonly<Record<string, number>> = { hub88: 8_000 };
const usualTarget = 20_000;
const atOnce = 200;

interface Slice {
  readonly calls: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

/** How many calls of each dialect one core verifies, decodes and answers in a second. */
export async function measureDialects(benchmark: Benchmark): Promise<Outcome> {
  const sides = dialects.map((dialect) => {
    const samples = samplesOf(dialect);
    return {
      name: dialect.provider,
      run: (seconds: number) => Promise.resolve(fire(samples, seconds)),
    };
  });
  for (const side of sides) await side.run(0.5); // until the code is compiled
  const slices = await runInterleaved(sides, { seconds: benchmark.seconds, sliceSeconds: 1 });
  const figures: Record<string, number> = {};
  const ratios: Record<string, number> = {};
  const rows = sides.map(({ name }) => {
    const all = slices.get(name) ?? [];
    const calls = sum(all.map((slice) => slice.calls));
    const perSecond = calls / sum(all.map(({ seconds }) => seconds));
    const perCore = calls / sum(all.map(({ cpuSeconds }) => cpuSeconds));
    const target = targets[name] ?? usualTarget;
    figures[`${name}-per-second`] = perSecond;
    figures[`${name}-per-core`] = perCore;
    ratios[`${name}-vs-target`] = perCore / target;
    return [name, perSecond, perCore, 1_000_000 / perCore, target, perCore >= target ? 'reached' : 'missed'];
  });
  printTable(['verify + decode + answer', 'per second', 'per core', 'µs each', 'target', ''], rows);
  return { figures, ratios };
}

function fire(samples: readonly Sample[], seconds: number): Slice {
  const begin = performance.now();
  const cpu = process.cpuUsage();
  let calls = 0;
  let bytes = 0;
  while (performance.now() - begin < seconds * 1_000) {
    for (let n = 0; n < atOnce; n++) bytes += serve(samples[(calls + n) % samples.length]!);
    calls += atOnce;
  }
  if (bytes === 0) throw new Error('nothing was answered');
  const used = process.cpuUsage(cpu);
  return {
    calls,
    seconds: (performance.now() - begin) / 1_000,
    cpuSeconds: (used.user + used.system) / 1_000_000,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
