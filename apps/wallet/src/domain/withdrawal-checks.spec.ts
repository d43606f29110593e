import { keepsTheLoop, publicReason, reviewReasons, uncovered, type Source } from './withdrawal-checks';

const paid = (print: string | null, deposited: bigint, returned = 0n): Source => ({
  ...{ method: 'card', print, deposited, returned },
});
const to = (print: string, method: 'card' | 'bank' = 'card') => ({ method, print });

test.each<[string, Parameters<typeof keepsTheLoop>, boolean]>([
  ['nothing was deposited', [to('a'), 100n, []], true],
  ['back to what paid', [to('a'), 100n, [paid('a', 100n)]], true],
  ['winnings go with it', [to('a'), 900n, [paid('a', 100n)]], true],
  ['elsewhere', [to('b'), 1n, [paid('a', 100n)]], false],
  ['the oldest first', [to('b'), 1n, [paid('a', 100n), paid('b', 100n)]], false],
  ['more than the oldest is owed', [to('a'), 101n, [paid('a', 100n), paid('b', 100n)]], false],
  [
    'the next one, once the oldest has its own',
    [to('b'), 100n, [paid('a', 100n, 100n), paid('b', 100n)]],
    true,
  ],
  ['anywhere, once all have theirs', [to('c'), 500n, [paid('a', 100n, 100n)]], true],
  ['an unnamed instrument counts for its method', [to('c'), 100n, [paid(null, 100n)]], true],
  ['but for no other', [to('c', 'bank'), 100n, [paid(null, 100n)]], false],
])('%s', (_name, args, kept) => {
  expect(keepsTheLoop(...args)).toBe(kept);
});

test('a hold raised again is another reason', () => {
  const holds = [
    { kind: 'kyc' as const, held: true, reason: 'x', version: 5 },
    { kind: 'fraud' as const, held: false, reason: 'x', version: 9 },
  ];
  const reasons = reviewReasons({ holds, loopKept: false, debt: true });
  expect(reasons).toEqual(['kyc-hold#5', 'closed-loop', 'debt']);
  expect(reasons.map(publicReason)).toEqual(['kyc-hold', 'closed-loop', 'debt']);
  const approval = { actor: 'a', covers: ['kyc-hold#4', 'closed-loop', 'debt'] };
  expect(uncovered(reasons, [approval], 1)).toEqual(['kyc-hold#5', 'debt']);
});

test('two people are two, not one twice', () => {
  const approval = { actor: 'a', covers: ['closed-loop'] };
  expect(uncovered(['closed-loop'], [approval, approval], 2)).toEqual(['closed-loop']);
  expect(uncovered(['closed-loop'], [approval, { ...approval, actor: 'b' }], 2)).toEqual([]);
});
