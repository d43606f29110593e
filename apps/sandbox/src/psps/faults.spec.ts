import { Random } from '../domain/random';
import { drawWebhookPlan, namesOf, noPayFaults, parsePayFaults } from './faults';

it('reads the faults that are named', () => {
  expect(parsePayFaults('duplicates=0.05, late=0.5,early-webhook=1')).toEqual({
    ok: true,
    value: { ...noPayFaults, duplicates: 0.05, late: 0.5, 'early-webhook': 1 },
  });
});

it.each(['nonsense=1', 'late', 'late=2', 'late=-1', 'late=x'])('refuses %s', (text) => {
  expect(parsePayFaults(text).ok).toBe(false);
});

it('draws each fault about as often as it is asked for, and the same from the same seed', () => {
  const rates = { ...noPayFaults, duplicates: 0.2, never: 0.05, late: 1 };
  const drawn = Array.from({ length: 4_000 }, (_, index) =>
    drawWebhookPlan(new Random(`s${index}`), rates, 600),
  );
  const share = (name: string): number =>
    drawn.filter((plan) => (namesOf(plan) as string[]).includes(name)).length / drawn.length;
  expect(share('duplicates')).toBeCloseTo(0.2, 1);
  expect(share('never')).toBeCloseTo(0.05, 1);
  expect(share('reversal')).toBe(0);
  expect(Math.min(...drawn.map(({ lateMs }) => lateMs))).toBeGreaterThanOrEqual(600);
  expect(Math.max(...drawn.map(({ lateMs }) => lateMs))).toBeLessThanOrEqual(6_000);
  expect(drawWebhookPlan(new Random('s7'), rates, 600)).toEqual(drawn[7]);
});
