import type { DepositState, Payment, WithdrawalState } from './payment';
import type { PaymentKind, PspReport, PspStatus } from './psp';

/** Why what a PSP says cannot be. */
export type Problem =
  | 'another-amount'
  | 'another-currency'
  | 'another-kind'
  | 'another-psp'
  | 'reference-of-another-payment'
  | 'not-submitted'
  | 'paid-after-release'
  | 'failed-after-paid'
  | 'reversed-beyond-payment'
  | 'reversed-without-payment';

/**
 * What a report makes of a payment. `nothing`: known already, or older than what is known; `wait`: it presumes
 * something that has not come yet; `raise`: it contradicts us, people decide, with `hold` the payment waits for them.
 */
export type ReportDecision =
  | { readonly do: 'nothing' | 'wait' | 'accept' | 'confirm' | 'fail' | 'reverse' }
  | { readonly do: 'raise'; readonly problem: Problem; readonly hold: boolean };

type Act = ReportDecision['do'];
/** `confirm` and `reverse` compare amounts first; `raise` names its problem. */
type Rule = Exclude<Act, 'raise'> | Problem;

/** Rows: the state that the payment is in; columns: what the PSP says. */
const deposits: Readonly<Record<DepositState, Readonly<Record<PspStatus, Rule>>>> = {
  created: { pending: 'accept', confirmed: 'confirm', failed: 'fail', reversed: 'wait' },
  pending: { pending: 'nothing', confirmed: 'confirm', failed: 'fail', reversed: 'wait' },
  unknown: { pending: 'accept', confirmed: 'confirm', failed: 'fail', reversed: 'wait' },
  mismatched: { pending: 'nothing', confirmed: 'confirm', failed: 'fail', reversed: 'wait' },
  confirmed: { pending: 'nothing', confirmed: 'nothing', failed: 'nothing', reversed: 'reverse' },
  // The player may try again on the PSP's page after a failure or when we have given up: the money counts.
  failed: { pending: 'nothing', confirmed: 'confirm', failed: 'nothing', reversed: 'wait' },
  cancelled: { pending: 'nothing', confirmed: 'confirm', failed: 'nothing', reversed: 'wait' },
  reversed: { pending: 'nothing', confirmed: 'nothing', failed: 'nothing', reversed: 'reverse' },
};

const early = {
  pending: 'not-submitted',
  confirmed: 'not-submitted',
  failed: 'nothing',
  reversed: 'not-submitted',
} as const;
const withdrawals: Readonly<Record<WithdrawalState, Readonly<Record<PspStatus, Rule>>>> = {
  reserved: early,
  review: early,
  submitted: { pending: 'accept', confirmed: 'confirm', failed: 'fail', reversed: 'wait' },
  unknown: { pending: 'accept', confirmed: 'confirm', failed: 'fail', reversed: 'wait' },
  // A payout that comes back is a reversal; "failed" after "paid" can only be wrong.
  paid: { pending: 'nothing', confirmed: 'nothing', failed: 'failed-after-paid', reversed: 'reverse' },
  // The player has the funds back: a payout now would be money out of nothing.
  failed: {
    pending: 'nothing',
    confirmed: 'paid-after-release',
    failed: 'nothing',
    reversed: 'reversed-without-payment',
  },
  cancelled: {
    pending: 'nothing',
    confirmed: 'paid-after-release',
    failed: 'nothing',
    reversed: 'reversed-without-payment',
  },
  reversed: { pending: 'nothing', confirmed: 'nothing', failed: 'nothing', reversed: 'reverse' },
};

type SaidOf = Pick<PspReport, 'status' | 'amount' | 'currency'>;
type Known = Pick<
  Payment,
  'kind' | 'state' | 'amount' | 'currency' | 'psp' | 'tried' | 'pspReference' | 'reversed'
>;

/** What a PSP says of a payment, asked or unasked, decided against what we know. */
export function decideReport(
  payment: Known,
  report: SaidOf & { readonly kind: PaymentKind; readonly psp: string },
): ReportDecision {
  const { kind, state, currency } = payment;
  const rule =
    kind === 'deposit'
      ? deposits[state as DepositState][report.status]
      : withdrawals[state as WithdrawalState][report.status];
  const raise = (problem: Problem) => raised(payment, report, problem);
  if (report.kind !== kind) return raise('another-kind');
  if (report.psp !== payment.psp) {
    // Silent about a start that it refused, it may still repeat that it did.
    return report.status === 'failed' ? { do: 'nothing' } : raise('another-psp');
  }
  switch (rule) {
    case 'confirm':
      if (report.currency !== currency) return raise('another-currency');
      if (report.amount !== payment.amount) return raise('another-amount');
      return { do: 'confirm' };
    case 'reverse':
      return decideReversal(payment, report);
    case 'nothing':
      return contradicts(payment, report) ? raise('another-amount') : { do: 'nothing' };
    case 'wait':
    case 'accept':
    case 'fail':
      return { do: rule };
    default:
      return raise(rule);
  }
}

/** Repeated confirmations say the same; one that says another amount is no repetition. */
function contradicts(payment: Known, { status, amount, currency }: SaidOf): boolean {
  return (
    status === 'confirmed' &&
    (payment.state === 'confirmed' || payment.state === 'paid' || payment.state === 'reversed') &&
    (amount !== payment.amount || currency !== payment.currency)
  );
}

function decideReversal(payment: Known, report: SaidOf): ReportDecision {
  const left = payment.amount - payment.reversed;
  if (report.currency !== payment.currency) return raised(payment, report, 'another-currency');
  if (left === 0n && report.amount <= payment.amount) return { do: 'nothing' };
  if (report.amount > left || report.amount <= 0n) return raised(payment, report, 'reversed-beyond-payment');
  return { do: 'reverse' };
}

/** A deposit of which the PSP says that it has money waits for people; anything else stays what it is. */
function raised({ kind, state }: Known, { status }: SaidOf, problem: Problem): ReportDecision {
  const credited = state === 'confirmed' || state === 'reversed';
  return { do: 'raise', problem, hold: kind === 'deposit' && status === 'confirmed' && !credited };
}
