import { setTimeout as pause } from 'node:timers/promises';

/** Does something so often per second, each time when it is due, whatever became of the one before; answers how long each took. */
export async function atRate(
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
  act: (index: number) => Promise<void>,
): Promise<number[]> {
  const begin = performance.now();
  const count = Math.round(perSecond * seconds);
  const acts = Array.from({ length: count }, async (_none, index) => {
    const due = begin + (index * 1_000) / perSecond;
    await pause(Math.max(0, due - performance.now()));
    const startedAt = performance.now();
    await act(index);
    return performance.now() - startedAt;
  });
  return Promise.all(acts);
}
