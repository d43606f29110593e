import { decideReport } from './decide-report';
import { depositStates, withdrawalStates, type PaymentState } from './payment';
import { pspStatuses, type PaymentKind, type PspStatus } from './psp';

const known = (kind: PaymentKind, state: PaymentState, more: object = {}) => ({
  ...{
    kind,
    state,
    amount: 1_000n,
    currency: 'EUR',
    psp: 'one',
    tried: [],
    pspReference: null,
    reversed: 0n,
  },
  ...more,
});
const said = (kind: PaymentKind, status: PspStatus, more: object = {}) => ({
  ...{ kind, status, amount: 1_000n, currency: 'EUR', psp: 'one' },
  ...more,
});
const short = (decision: ReturnType<typeof decideReport>) =>
  decision.do === 'raise' ? `${decision.problem}${decision.hold ? ', held' : ''}` : decision.do;

/** pending, confirmed, failed, reversed */
const deposits: Record<(typeof depositStates)[number], string[]> = {
  created: ['accept', 'confirm', 'fail', 'wait'],
  pending: ['nothing', 'confirm', 'fail', 'wait'],
  unknown: ['accept', 'confirm', 'fail', 'wait'],
  mismatched: ['nothing', 'confirm', 'fail', 'wait'],
  confirmed: ['nothing', 'nothing', 'nothing', 'reverse'],
  failed: ['nothing', 'confirm', 'nothing', 'wait'],
  cancelled: ['nothing', 'confirm', 'nothing', 'wait'],
  reversed: ['nothing', 'nothing', 'nothing', 'reverse'],
};
const withdrawals: Record<(typeof withdrawalStates)[number], string[]> = {
  reserved: ['not-submitted', 'not-submitted', 'nothing', 'not-submitted'],
  review: ['not-submitted', 'not-submitted', 'nothing', 'not-submitted'],
  submitted: ['accept', 'confirm', 'fail', 'wait'],
  unknown: ['accept', 'confirm', 'fail', 'wait'],
  paid: ['nothing', 'nothing', 'failed-after-paid', 'reverse'],
  failed: ['nothing', 'paid-after-release', 'nothing', 'reversed-without-payment'],
  cancelled: ['nothing', 'paid-after-release', 'nothing', 'reversed-without-payment'],
  reversed: ['nothing', 'nothing', 'nothing', 'reverse'],
};

describe('what a PSP says decides by state', () => {
  it.each(depositStates)('deposit %s', (state) => {
    const decisions = pspStatuses.map((status) =>
      short(decideReport(known('deposit', state), said('deposit', status))),
    );
    expect(decisions).toEqual(deposits[state]);
  });

  it.each(withdrawalStates)('withdrawal %s', (state) => {
    const decisions = pspStatuses.map((status) =>
      short(decideReport(known('withdrawal', state), said('withdrawal', status))),
    );
    expect(decisions).toEqual(withdrawals[state]);
  });
});

describe('what contradicts us is raised', () => {
  const confirm = (state: PaymentState, more: object, of: PaymentKind = 'deposit') =>
    short(decideReport(known(of, state), said(of, 'confirmed', more)));

  it('another amount or currency holds a deposit that has no credit yet', () => {
    for (const state of ['created', 'pending', 'unknown', 'mismatched', 'failed', 'cancelled'] as const) {
      expect(confirm(state, { amount: 999n })).toBe('another-amount, held');
      expect(confirm(state, { currency: 'USD' })).toBe('another-currency, held');
    }
    expect(confirm('confirmed', { amount: 999n })).toBe('another-amount');
    expect(confirm('submitted', { amount: 999n }, 'withdrawal')).toBe('another-amount');
    expect(confirm('paid', { currency: 'USD' }, 'withdrawal')).toBe('another-amount');
  });

  it('another kind, another PSP', () => {
    const report = said('withdrawal', 'confirmed');
    expect(short(decideReport(known('deposit', 'pending'), report))).toBe('another-kind, held');
    expect(confirm('pending', { psp: 'two' })).toBe('another-psp, held');
    const refusal = said('deposit', 'failed', { psp: 'two' });
    expect(short(decideReport(known('deposit', 'pending'), refusal))).toBe('nothing');
  });

  it('never takes back more than there was', () => {
    const reverse = (reversed: bigint, amount: bigint) =>
      short(
        decideReport(known('deposit', 'reversed', { reversed }), said('deposit', 'reversed', { amount })),
      );
    expect(reverse(400n, 600n)).toBe('reverse');
    expect(reverse(400n, 601n)).toBe('reversed-beyond-payment');
    expect(reverse(1_000n, 1_000n)).toBe('nothing');
    expect(reverse(1_000n, 1_001n)).toBe('reversed-beyond-payment');
    expect(reverse(0n, 0n)).toBe('reversed-beyond-payment');
  });
});
