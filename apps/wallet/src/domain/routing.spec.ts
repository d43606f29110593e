import { choosePsp, type Candidate, type Route } from './routing';

const candidate = (psp: string, more: Partial<Candidate> = {}): Candidate => ({
  ...{ psp, methods: ['card'], available: true },
  ...more,
});
const payment = {
  ...{ kind: 'deposit' as const, method: 'card' as const, country: 'MT', currency: 'EUR', amount: 1_000n },
  ...{ wantedPsp: null, tried: [] },
};
const choose = (more: object, routes: Route[], candidates = [candidate('one'), candidate('two')]) => {
  const choice = choosePsp({ ...payment, ...more }, routes, candidates, 2);
  return 'psp' in choice ? choice.psp : choice.none;
};

test('the first rule that matches counts', () => {
  const routes: Route[] = [
    { kind: 'withdrawal', psps: ['two'] },
    { countries: ['DE'], psps: ['two'] },
    { currencies: ['SEK'], psps: ['two'] },
    { maxAmount: 5, psps: ['two'] },
    { minAmount: 100, psps: ['two'] },
    { methods: ['card'], psps: ['one', 'two'] },
  ];
  expect(choose({}, routes)).toBe('one');
  expect(choose({ kind: 'withdrawal' }, routes)).toBe('two');
  expect(choose({ country: 'DE' }, routes)).toBe('two');
  expect(choose({ country: null }, routes)).toBe('one');
  expect(choose({ currency: 'SEK' }, routes)).toBe('two');
  expect([500n, 501n].map((amount) => choose({ amount }, routes))).toEqual(['two', 'one']);
  expect([9_999n, 10_000n].map((amount) => choose({ amount }, routes))).toEqual(['one', 'two']);
  expect(choose({ method: 'bank' }, routes)).toBe('unsupported');
});

test('a PSP that refused is not asked again, one that does not answer is passed over', () => {
  const routes: Route[] = [{ psps: ['one', 'two'] }];
  expect(choose({ tried: ['one'] }, routes)).toBe('two');
  expect(choose({ tried: ['one', 'two'] }, routes)).toBe('exhausted');
  const open = [candidate('one', { available: false }), candidate('two')];
  expect(choose({}, routes, open)).toBe('two');
  expect(choose({ tried: ['two'] }, routes, open)).toBe('unavailable');
});

test('the PSP that the caller wants, and no other', () => {
  expect(choose({ wantedPsp: 'two' }, [{ psps: ['one'] }])).toBe('two');
  expect(choose({ wantedPsp: 'three' }, [{ psps: ['one'] }])).toBe('unsupported');
  expect(choose({ wantedPsp: 'two', tried: ['two'] }, [])).toBe('exhausted');
});
