import { multiplierOf, spin, symbols, type SlotSymbol } from './slot';

it.each<[SlotSymbol, SlotSymbol, SlotSymbol, bigint]>([
  ['cherry', 'cherry', 'cherry', 5n],
  ['cherry', 'lemon', 'cherry', 2n],
  ['seven', 'seven', 'seven', 500n],
  ['cherry', 'lemon', 'bell', 0n],
  ['lemon', 'lemon', 'bell', 0n],
])('%s %s %s pays %s', (a, b, c, multiplier) => {
  expect(multiplierOf([a, b, c])).toBe(multiplier);
});

it('returns less than it takes, over all 8,000 stops', () => {
  let returned = 0n;
  const positions = Array.from({ length: 20 }, (_, index) => index / 20);
  for (const a of positions)
    for (const b of positions)
      for (const c of positions) {
        const stops = [a, b, c];
        returned += spin(() => stops.shift() ?? 0).multiplier;
      }
  expect(Number(returned) / 8_000).toBeGreaterThan(0.85);
  expect(Number(returned) / 8_000).toBeLessThan(1);
});

it('shows symbols of the strip only', () => {
  for (const symbol of spin(Math.random).reels) expect(symbols).toContain(symbol);
});
