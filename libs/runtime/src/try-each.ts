/**
 * Does it for each, one after the other. One that fails keeps none behind it waiting: sweeps take the oldest first, and
 * what cannot be finished stays the oldest.
 *
 * @throws AggregateError with what failed, after all were tried
 */
export async function tryEach<T>(items: readonly T[], act: (item: T) => Promise<unknown>): Promise<void> {
  const failures: unknown[] = [];
  for (const item of items) await act(item).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} of ${items.length} failed`);
}
