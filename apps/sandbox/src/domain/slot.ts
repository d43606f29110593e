/** A three-reel machine, small enough to be checked by hand: what the reels show and what it pays. */
export const symbols = ['cherry', 'lemon', 'bell', 'star', 'diamond', 'seven'] as const;
export type SlotSymbol = (typeof symbols)[number];

export interface Spin {
  readonly reels: readonly [SlotSymbol, SlotSymbol, SlotSymbol];
  /** The win is the stake times this. */
  readonly multiplier: bigint;
}

/** Share of each symbol per reel, in 20ths; rarer symbols pay more. */
const strip: readonly SlotSymbol[] = symbols.flatMap((symbol, index) =>
  Array.from({ length: [6, 5, 4, 2, 2, 1][index] ?? 1 }, () => symbol),
);
/** What three alike pay, times the stake. */
export const threeOfAKind: Readonly<Record<SlotSymbol, bigint>> = {
  cherry: 5n,
  lemon: 10n,
  bell: 15n,
  star: 50n,
  diamond: 80n,
  seven: 500n,
};
export const twoCherries = 2n;

/** @param random gives numbers in [0, 1) */
export function spin(random: () => number): Spin {
  const stop = (): SlotSymbol => strip[Math.floor(random() * strip.length)] ?? 'cherry';
  const reels: Spin['reels'] = [stop(), stop(), stop()];
  return { reels, multiplier: multiplierOf(reels) };
}

/** Three alike pay by symbol; exactly two cherries give the stake back twice. */
export function multiplierOf(reels: Spin['reels']): bigint {
  const [first, second, third] = reels;
  if (first === second && second === third) return threeOfAKind[first];
  return reels.filter((symbol) => symbol === 'cherry').length === 2 ? twoCherries : 0n;
}
