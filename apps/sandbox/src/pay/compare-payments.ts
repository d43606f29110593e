import type { PspRecord } from '../psps/record';

/** A payment as the platform's API tells it; amounts in minor units. */
export interface PlatformPayment {
  readonly id: string;
  readonly playerId: string;
  readonly kind: 'deposit' | 'withdrawal';
  readonly status: string;
  readonly amount: bigint;
  readonly currency: string;
  readonly psp?: string;
  readonly pspReference?: string;
}
/** A line of the account; `amount` is its effect on the total. */
export interface PaymentLine {
  readonly kind: string;
  readonly sequence: number;
  readonly amount: bigint;
  readonly funds: { readonly real: bigint; readonly bonus: bigint; readonly locked: bigint };
  readonly balanceAfter: bigint;
  readonly providerTxId?: string;
}
export interface Funds {
  readonly real: bigint;
  readonly bonus: bigint;
  readonly locked: bigint;
  readonly total: bigint;
}

/** One player: what was put on the wallet by hand, the payments that were asked for, and the platform's account. */
export interface PlayerAccount {
  readonly playerId: string;
  readonly opening: bigint;
  readonly payments: readonly PlatformPayment[];
  readonly lines: readonly PaymentLine[];
  readonly funds: Funds;
}
export interface Difference {
  readonly kind: string;
  readonly detail: string;
}
type Differ = (kind: string, detail: string) => void;

/** What a payment must have done, by what its PSPs say of it. */
interface Expected {
  readonly statuses: readonly string[];
  /** Effects on the total that are not zero, sorted. */
  readonly effects: readonly bigint[];
  readonly locked: bigint;
}

const held = ['submitted', 'unknown', 'review'];
const ended = ['failed', 'cancelled'];

/** The PSPs' records of one payment: more than one where another PSP, or another order, took a lost one's place. */
export function expectationOf(payment: PlatformPayment, records: readonly PspRecord[]): Expected {
  const { kind, amount } = payment;
  const paid = records.filter(({ status }) => status === 'paid' || status === 'reversed');
  const [record] = paid;
  const isDeposit = kind === 'deposit';
  const effect = isDeposit ? amount : -amount;
  if (record === undefined) return { statuses: ended, effects: [], locked: 0n };
  if (BigInt(record.moved) !== amount)
    // the PSP moved another amount than was asked for: people decide
    return { statuses: isDeposit ? ['review'] : held, effects: [], locked: isDeposit ? 0n : amount };
  const confirmed = { statuses: ['confirmed'], effects: [effect], locked: 0n };
  if (record.status !== 'reversed' || (isUntold(record) && payment.status === 'confirmed')) return confirmed;
  return { statuses: ['reversed'], effects: [effect, -effect].sort(ascending), locked: 0n };
}

/** Trustly tells nobody in words of its own that a payout came back: only who asks after it hears of it. */
function isUntold({ psp, kind }: PspRecord): boolean {
  return psp === 'trustly' && kind === 'withdrawal';
}

const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/** Every way in which the PSPs' books and the platform's disagree about one player. */
export function comparePlayer(
  account: PlayerAccount,
  recordsOf: (id: string) => readonly PspRecord[],
): Difference[] {
  const found: Difference[] = [];
  const differ: Differ = (kind, detail) => void found.push({ kind, detail });
  let total = account.opening;
  let locked = 0n;
  for (const payment of account.payments) {
    const records = recordsOf(payment.id);
    const expected = expectationOf(payment, records);
    comparePayment(payment, records, expected, differ);
    compareLines(payment, account.lines, expected, differ);
    total += expected.effects.reduce((sum, effect) => sum + effect, 0n);
    locked += expected.locked;
  }
  compareUnexpected(account, differ);
  compareRunning(account, differ);
  const { funds } = account;
  if (funds.total !== total) differ('balance', `the balance is ${funds.total}, the PSPs' books say ${total}`);
  if (funds.locked !== locked) differ('locked', `${funds.locked} are locked, expected ${locked}`);
  if (funds.real + funds.bonus + funds.locked !== funds.total)
    differ('balance', 'real, bonus and locked do not add up to the total');
  return found;
}

function comparePayment(
  payment: PlatformPayment,
  records: readonly PspRecord[],
  { statuses }: Expected,
  differ: Differ,
): void {
  const { id, kind, status, amount, currency, psp } = payment;
  const paid = records.filter((record) => record.moved !== '0');
  if (paid.length > 1)
    differ('paid-twice', `${kind} ${id} was paid at ${paid.map((one) => one.psp).join(' and ')}`);
  if (!statuses.includes(status)) {
    const books =
      records.map((record) => `${record.psp}: ${record.status} ${record.moved}`).join(', ') || 'nothing';
    const kindOf = isFinal(status) || statuses === held ? 'status' : 'not-final';
    differ(kindOf, `${kind} ${id} is ${status}, expected ${statuses.join(' or ')} (${books})`);
  }
  for (const record of records) {
    if (record.kind !== kind || record.currency !== currency || BigInt(record.asked) !== amount)
      differ(
        'asked',
        `${kind} ${id} of ${amount} ${currency} is at ${record.psp} ${record.kind} ${record.asked} ${record.currency}`,
      );
  }
  if (paid[0] !== undefined && isFinal(status) && psp !== paid[0].psp)
    differ('psp', `${kind} ${id} is with ${psp ?? 'nobody'}, ${paid[0].psp} paid it`);
}

function isFinal(status: string): boolean {
  return ['confirmed', 'failed', 'cancelled', 'reversed'].includes(status);
}

function compareLines(
  { id, kind, amount }: PlatformPayment,
  lines: readonly PaymentLine[],
  expected: Expected,
  differ: Differ,
): void {
  const own = lines.filter(({ providerTxId }) => providerTxId === id || providerTxId?.startsWith(`${id}:`));
  const effects = own.map((line) => line.amount).filter((effect) => effect !== 0n);
  effects.sort(ascending);
  if (effects.join() === expected.effects.join()) return;
  const says = `${kind} ${id} of ${amount} has [${effects.join(', ')}] on the account, expected [${expected.effects.join(', ')}]`;
  if (effects.length > expected.effects.length) differ('doubled', says);
  else if (effects.length < expected.effects.length) differ('lost', says);
  else differ('wrong-amount', says);
}

/** Money that no payment, and nothing done by hand, explains. */
function compareUnexpected({ payments, lines, opening }: PlayerAccount, differ: Differ): void {
  const ids = new Set(payments.map(({ id }) => id));
  let byHand = 0n;
  for (const { kind, amount, sequence, providerTxId } of lines) {
    if (kind === 'adjustment') byHand += amount;
    else if (!ids.has((providerTxId ?? '').split(':')[0] ?? ''))
      differ('unexpected', `line ${sequence}, ${kind} ${amount}, belongs to no payment`);
  }
  if (byHand !== opening)
    differ('unexpected', `${byHand} were put on the wallet by hand, expected ${opening}`);
}

function compareRunning({ lines, funds }: PlayerAccount, differ: Differ): void {
  let before = 0n;
  lines.forEach((line, index) => {
    if (line.sequence !== index + 1)
      differ('sequence', `line ${index + 1} has the sequence ${line.sequence}`);
    const { real, bonus, locked } = line.funds;
    if (real + bonus + locked !== line.amount) differ('funds', `line ${line.sequence} does not add up`);
    if (line.balanceAfter !== before + line.amount)
      differ(
        'running-balance',
        `line ${line.sequence} says ${line.balanceAfter}, expected ${before + line.amount}`,
      );
    before = line.balanceAfter;
  });
  if (funds.total !== before)
    differ('balance', `the balance is ${funds.total}, the last line says ${before}`);
}

/** Our payment id in what a PSP calls the merchant's reference. */
export function paymentIdOf(reference: string): string {
  return reference.split('.again-')[0] ?? reference;
}
