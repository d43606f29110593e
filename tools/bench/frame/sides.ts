/** One of the ways that a benchmark compares. */
export interface Side<Slice> {
  readonly name: string;
  /** Works for about that many seconds and says what came of it. */
  run(seconds: number): Promise<Slice>;
}

/** How long each side runs in all, and how long at a stretch. */
export interface Schedule {
  /** Per side. */
  readonly seconds: number;
  readonly sliceSeconds?: number;
  readonly onSlice?: (side: string, slice: number, slices: number) => void;
}

/**
 * Runs the sides in turns (A B A B ...), so that a machine that grows slower or faster meets all of them alike.
 * The order turns round with every pass, so that none always follows the same other.
 */
export async function runInterleaved<Slice>(
  sides: readonly Side<Slice>[],
  { seconds, sliceSeconds = 5, onSlice }: Schedule,
): Promise<Map<string, Slice[]>> {
  const slices = Math.max(1, Math.round(seconds / sliceSeconds));
  const results = new Map<string, Slice[]>(sides.map(({ name }) => [name, []]));
  for (let slice = 0; slice < slices; slice += 1) {
    const order = slice % 2 === 0 ? sides : [...sides].reverse();
    for (const side of order) {
      onSlice?.(side.name, slice + 1, slices);
      results.get(side.name)?.push(await side.run(seconds / slices));
    }
  }
  return results;
}
