import type { PspRecord } from '../psps/record';
import {
  comparePlayer,
  type PaymentLine,
  type PlatformPayment,
  type PlayerAccount,
} from './compare-payments';

const opening = 10_000n;
const payment = (more: Partial<PlatformPayment>): PlatformPayment => ({
  id: 'd1',
  playerId: 'p',
  kind: 'deposit',
  status: 'confirmed',
  amount: 1_000n,
  currency: 'EUR',
  psp: 'stripe',
  ...more,
});
const record = (more: Partial<PspRecord>): PspRecord => ({
  psp: 'stripe',
  kind: 'deposit',
  id: 'pi_1',
  reference: 'd1',
  asked: '1000',
  moved: '1000',
  currency: 'EUR',
  status: 'paid',
  planned: [],
  instrument: 'pm_1',
  createdAtMs: 0,
  ...more,
});

type Step = [kind: string, providerTxId: string | undefined, amount: bigint, locked?: bigint];
/** An account whose lines add up, whatever they are. */
function accountOf(payments: PlatformPayment[], steps: Step[], locked = 0n): PlayerAccount {
  let balanceAfter = 0n;
  const lines = steps.map(([kind, providerTxId, amount, moved = 0n], index): PaymentLine => {
    balanceAfter += amount;
    const funds = { real: amount - moved, bonus: 0n, locked: moved };
    return { kind, sequence: index + 1, amount, funds, balanceAfter, ...(providerTxId && { providerTxId }) };
  });
  const funds = { real: balanceAfter - locked, bonus: 0n, locked, total: balanceAfter };
  return { playerId: 'p', opening, payments, lines, funds };
}
const byHand: Step = ['adjustment', undefined, opening];
const withdrawal = { id: 'w1', kind: 'withdrawal' } as const;
const payout = { ...withdrawal, reference: 'w1', id: 'po_1' } as const;

function differences(account: PlayerAccount, records: PspRecord[]): string[] {
  const of = (id: string): PspRecord[] => records.filter(({ reference }) => reference.startsWith(id));
  return comparePlayer(account, of).map(({ kind }) => kind);
}

describe('agrees', () => {
  it.each<[string, PlayerAccount, PspRecord[]]>([
    ['a deposit', accountOf([payment({})], [byHand, ['deposit', 'd1', 1_000n]]), [record({})]],
    [
      'a declined deposit',
      accountOf([payment({ status: 'failed' })], [byHand]),
      [record({ status: 'declined', moved: '0' })],
    ],
    ['a deposit that no PSP took', accountOf([payment({ status: 'failed' })], [byHand]), []],
    [
      'another amount is held',
      accountOf([payment({ status: 'review' })], [byHand]),
      [record({ moved: '999' })],
    ],
    [
      'a chargeback',
      accountOf(
        [payment({ status: 'reversed' })],
        [byHand, ['deposit', 'd1', 1_000n], ['deposit', 'd1:1000', -1_000n]],
      ),
      [record({ status: 'reversed' })],
    ],
    [
      'a payout',
      accountOf(
        [payment(withdrawal)],
        [byHand, ['withdrawal', 'w1', 0n, 1_000n], ['withdrawal', 'w1', -1_000n, -1_000n]],
      ),
      [record(payout)],
    ],
    [
      'a payout of another amount keeps the funds locked',
      accountOf(
        [payment({ ...withdrawal, status: 'submitted' })],
        [byHand, ['withdrawal', 'w1', 0n, 1_000n]],
        1_000n,
      ),
      [record({ ...payout, moved: '999' })],
    ],
    [
      'a payout that came back and nobody was told of',
      accountOf(
        [payment({ ...withdrawal, psp: 'trustly' })],
        [byHand, ['withdrawal', 'w1', 0n, 1_000n], ['withdrawal', 'w1', -1_000n, -1_000n]],
      ),
      [record({ ...payout, psp: 'trustly', status: 'reversed' })],
    ],
    [
      'a cancelled withdrawal',
      accountOf(
        [payment({ ...withdrawal, status: 'cancelled' })],
        [byHand, ['withdrawal', 'w1', 0n, 1_000n], ['withdrawal', 'w1', 0n, -1_000n]],
      ),
      [],
    ],
    [
      'a second order in a lost one’s place',
      accountOf([payment({ psp: 'trustly' })], [byHand, ['deposit', 'd1', 1_000n]]),
      [
        record({ psp: 'trustly', status: 'open', moved: '0' }),
        record({ psp: 'trustly', reference: 'd1.again-7' }),
      ],
    ],
  ])('%s', (_name, account, records) => {
    expect(differences(account, records)).toEqual([]);
  });
});

describe('finds', () => {
  const paid: Step = ['deposit', 'd1', 1_000n];
  it.each<[string, PlayerAccount, PspRecord[]]>([
    ['lost', accountOf([payment({})], [byHand]), [record({})]],
    ['doubled', accountOf([payment({})], [byHand, paid, paid]), [record({})]],
    ['wrong-amount', accountOf([payment({})], [byHand, ['deposit', 'd1', 1_001n]]), [record({})]],
    ['status', accountOf([payment({ status: 'failed' })], [byHand, paid]), [record({})]],
    [
      'not-final',
      accountOf([payment({ status: 'pending' })], [byHand]),
      [record({ status: 'declined', moved: '0' })],
    ],
    ['doubled', accountOf([payment({})], [byHand, paid]), [record({ status: 'declined', moved: '0' })]],
    ['doubled', accountOf([payment({ status: 'confirmed' })], [byHand, paid]), [record({ moved: '999' })]],
    ['lost', accountOf([payment({ status: 'reversed' })], [byHand, paid]), [record({ status: 'reversed' })]],
    [
      'status',
      accountOf(
        [payment(withdrawal)],
        [byHand, ['withdrawal', 'w1', 0n, 1_000n], ['withdrawal', 'w1', -1_000n, -1_000n]],
      ),
      [record({ ...payout, status: 'reversed' })],
    ],
    ['unexpected', accountOf([payment({})], [byHand, paid, ['deposit', 'd2', 5n]]), [record({})]],
    ['unexpected', accountOf([payment({})], [byHand, byHand, paid]), [record({})]],
    ['asked', accountOf([payment({})], [byHand, paid]), [record({ asked: '1001', moved: '1000' })]],
    ['psp', accountOf([payment({ psp: 'adyen' })], [byHand, paid]), [record({})]],
    ['paid-twice', accountOf([payment({})], [byHand, paid]), [record({}), record({ psp: 'adyen' })]],
    [
      'locked',
      accountOf(
        [payment({ ...withdrawal, status: 'failed' })],
        [byHand, ['withdrawal', 'w1', 0n, 1_000n]],
        1_000n,
      ),
      [],
    ],
    [
      'doubled',
      accountOf(
        [payment({ ...withdrawal, status: 'failed' })],
        [byHand, ['withdrawal', 'w1', -1_000n, -1_000n]],
      ),
      [record({ ...payout, status: 'declined', moved: '0' })],
    ],
  ])('what is %s', (kind, account, records) => {
    expect(differences(account, records)).toContain(kind);
  });

  it.each<[string, (account: PlayerAccount) => PlayerAccount]>([
    [
      'running-balance',
      (one) => ({
        ...one,
        lines: one.lines.map((line, i) => (i === 0 ? { ...line, balanceAfter: 1n } : line)),
      }),
    ],
    [
      'sequence',
      (one) => ({ ...one, lines: one.lines.map((line, i) => (i === 1 ? { ...line, sequence: 9 } : line)) }),
    ],
    [
      'balance',
      (one) => ({ ...one, funds: { ...one.funds, total: one.funds.total + 1n, real: one.funds.real + 1n } }),
    ],
    ['balance', (one) => ({ ...one, funds: { ...one.funds, real: one.funds.real + 1n } })],
    [
      'funds',
      (one) => ({
        ...one,
        lines: one.lines.map((line) => ({ ...line, funds: { ...line.funds, bonus: 1n } })),
      }),
    ],
  ])('an account with a wrong %s', (kind, tamper) => {
    const account = accountOf([payment({})], [byHand, paid]);
    expect(differences(tamper(account), [record({})])).toContain(kind);
  });
});
