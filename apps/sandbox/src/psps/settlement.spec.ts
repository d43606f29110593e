import { calmPlan, newPayment } from '../../test/psp-samples';
import type { PspPayment } from './payment';
import { settlementCsv } from './settlement';

const day = '2026-01-02';
const at = (time: string): number => Date.parse(`${day}T${time}Z`);
const settled = (more: Partial<PspPayment>): PspPayment => ({
  ...newPayment(),
  plan: calmPlan,
  status: 'paid',
  moved: 1_000n,
  createdAtMs: 0,
  settledAtMs: at('10:00:00'),
  ...more,
});
const payments: PspPayment[] = [
  settled({ id: 'pi_b', reference: 'b', moved: 2_050n, settledAtMs: at('11:00:00') }),
  settled({ id: 'pi_a', reference: 'a', reversedAtMs: at('12:00:00'), status: 'reversed' }),
  settled({ id: 'po_c', reference: 'c, "d"', kind: 'withdrawal', moved: 500n, settledAtMs: at('09:00:00') }),
  settled({ id: 'pi_other', settledAtMs: at('10:00:00') + 86_400_000 }),
  settled({ id: 'pi_open', status: 'open', moved: 0n }),
];
const linesOf = (text: string): string[] => text.trimEnd().split('\r\n').slice(1);

it('writes what moved that day, oldest first', () => {
  expect(settlementCsv(payments, day).split('\r\n')).toEqual([
    'psp_reference,merchant_reference,type,amount,fee,currency,booked_at',
    'po_c,"c, ""d""",withdrawal,-5.00,0.07,EUR,2026-01-02T09:00:00.000Z',
    'pi_a,a,deposit,10.00,0.14,EUR,2026-01-02T10:00:00.000Z',
    'pi_b,b,deposit,20.50,0.28,EUR,2026-01-02T11:00:00.000Z',
    'pi_a,a,reversal,-10.00,0.14,EUR,2026-01-02T12:00:00.000Z',
    '',
  ]);
});

it('plants the difference that is asked for', () => {
  expect(linesOf(settlementCsv(payments, day, 'missing'))).toHaveLength(3);
  expect(linesOf(settlementCsv(payments, day, 'extra')).at(-1)).toContain('unknown-1');
  expect(linesOf(settlementCsv(payments, day, 'amount'))[0]).toContain('-4.99');
  expect(linesOf(settlementCsv([], day, 'amount'))).toEqual([]);
});
