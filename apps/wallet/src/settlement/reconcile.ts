import { basename } from 'node:path';
import { formatDecimal } from '@baize/money';
import type { Database } from '@baize/persistence';
import { paymentIdOf } from '../adapters/trustly/message-id';
import type { Payment, PaymentState } from '../domain/payment';
import { isOurId } from '../domain/player-id';
import type { PaymentSaga } from '../payments/payment-saga';
import { lockPayment } from '../store/payments';
import { findSettled, movedBetween } from '../store/settlements';
import { differenceOf } from './compare-line';
import {
  readSettlement,
  SettlementFileError,
  type SettlementLine,
  type UnreadableLine,
} from './read-settlement';

/** `taken`: the payment was open and the line decided it. */
export type Outcome = 'match' | 'taken' | 'mismatch' | 'missing here' | 'missing there' | 'unreadable';

export interface Finding {
  readonly outcome: Outcome;
  /** Line of the file, payment, or both. */
  readonly where: string;
  readonly detail: string;
}

export interface SettlementFile {
  readonly brand: string;
  readonly psp: string;
  readonly path: string;
  /** Begin of the UTC day that it is of; without it, those from its first to its last line. */
  readonly dayMs?: number;
  /** It cannot know of anything later; milliseconds since 1970. */
  readonly writtenMs: number;
}

const dayMs = 86_400_000;
const atOnce = 500;
/** What is kept of each line is its key: some hundred bytes. */
const mostLines = 2_000_000;
/** In these the PSP's word decides. `reserved` and `review` never reached it: what it says of those is a difference. */
const open: readonly PaymentState[] = ['created', 'pending', 'unknown', 'mismatched', 'submitted'];

/** Goes through a settlement file. What is found is told as it comes; differences are told, never mended. */
export class Reconciliation {
  private readonly seen = new Set<string>();
  private firstMs = Infinity;
  private lastMs = -Infinity;

  constructor(
    private readonly database: Database,
    private readonly saga: PaymentSaga,
    private readonly file: SettlementFile,
  ) {}

  /** @throws SettlementFileError when the file cannot be read as one; what was taken before stays */
  async *run(): AsyncGenerator<Finding> {
    let batch: SettlementLine[] = [];
    for await (const line of readSettlement(this.file.path)) {
      if ('problem' in line) yield unreadable(line);
      else batch.push(line);
      if (batch.length === atOnce) {
        yield* this.compare(batch);
        batch = [];
      }
    }
    yield* this.compare(batch);
    yield* this.missingThere();
  }

  private async *compare(batch: readonly SettlementLine[]): AsyncGenerator<Finding> {
    const known = await this.paymentsOf(batch);
    for (const line of batch) {
      this.firstMs = Math.min(this.firstMs, line.bookedAtMs);
      this.lastMs = Math.max(this.lastMs, line.bookedAtMs);
      const payment = known.get(idIn(line) ?? '') ?? known.get(line.pspReference);
      if (!payment) {
        const detail = `${line.type} of ${moneyOf(line)}, ${line.pspReference} ${line.merchantReference}`;
        yield { outcome: 'missing here', where: `line ${line.line}`, detail };
        continue;
      }
      const where = `line ${line.line}  ${payment.id}`;
      const key = keyOf(payment.id, line.type === 'reversal');
      if (this.seen.has(key)) {
        yield { outcome: 'mismatch', where, detail: `a second ${line.type} of it` };
        continue;
      }
      if (this.seen.size >= mostLines) throw new SettlementFileError(`more than ${mostLines} payments`);
      this.seen.add(key);
      const now =
        line.type === 'reversal' || !open.includes(payment.state) ? payment : await this.take(payment, line);
      for (const name of [now.id, line.pspReference]) known.set(name, now);
      yield found(where, differenceOf(this.file.psp, line, now), payment, now, line);
    }
  }

  /** By our id, else by the PSP's reference. */
  private async paymentsOf(batch: readonly SettlementLine[]): Promise<Map<string, Payment>> {
    const ids = batch.map(idIn).filter((id) => id !== undefined);
    const references = batch.map(({ pspReference }) => pspReference).filter((one) => one !== '');
    const known = new Map<string, Payment>();
    for (const payment of await findSettled(this.database, this.file, ids, references)) {
      known.set(payment.id, payment);
      if (payment.psp === this.file.psp && payment.pspReference) known.set(payment.pspReference, payment);
    }
    return known;
  }

  /** The line is the PSP's word, decided like a webhook under the payment's lock. */
  private take({ id }: Payment, line: SettlementLine): Promise<Payment> {
    const { brand, psp, path } = this.file;
    const { kind, amount, currency } = line;
    const pspReference = line.pspReference === '' ? undefined : line.pspReference;
    const source = { actor: `psp:${psp}`, text: `settlement ${basename(path)} line ${line.line}` };
    return this.database.transactions.run(async (db) => {
      const payment = await lockPayment(db, brand, id);
      if (!payment) throw new Error(`payment ${id} is gone`);
      if (!open.includes(payment.state)) return payment;
      const report = { kind, psp, status: 'confirmed' as const, amount, currency, pspReference };
      return (await this.saga.report(db, payment, report, source)).payment;
    });
  }

  private async *missingThere(): AsyncGenerator<Finding> {
    const fromMs = this.file.dayMs ?? Math.floor(this.firstMs / dayMs) * dayMs;
    const lastDayMs = this.file.dayMs ?? Math.floor(this.lastMs / dayMs) * dayMs;
    const toMs = Math.min(lastDayMs + dayMs, this.file.writtenMs);
    if (!Number.isFinite(fromMs)) throw new SettlementFileError('no lines: --day says which day it is of');
    for await (const page of movedBetween(this.database, this.file, fromMs, toMs)) {
      for (const one of page) {
        const isReversal = one.state === 'reversed';
        if (this.seen.has(keyOf(one.paymentId, isReversal))) continue;
        const detail = `${isReversal ? 'reversal' : one.kind} of ${moneyOf(one)}`;
        yield { outcome: 'missing there', where: one.paymentId, detail };
      }
    }
  }
}

function found(
  where: string,
  difference: string | undefined,
  before: Payment,
  now: Payment,
  line: SettlementLine,
): Finding {
  if (difference !== undefined) {
    const held = now.state === 'mismatched' ? ': it waits for people' : '';
    return { outcome: 'mismatch', where, detail: `${difference}${held}` };
  }
  const wasOpen = line.type !== 'reversal' && open.includes(before.state);
  const detail = wasOpen ? `${line.kind} of ${moneyOf(line)}, it was ${before.state}` : '';
  return { outcome: wasOpen ? 'taken' : 'match', where, detail };
}

const unreadable = ({ line, problem }: UnreadableLine): Finding => ({
  outcome: 'unreadable',
  where: `line ${line}`,
  detail: problem,
});

function idIn({ merchantReference }: SettlementLine): string | undefined {
  const id = paymentIdOf(merchantReference);
  return isOurId(id) ? id : undefined;
}

const moneyOf = ({ amount, currency }: { readonly amount: bigint; readonly currency: string }): string =>
  `${formatDecimal(amount, currency)} ${currency}`;

const keyOf = (paymentId: string, isReversal: boolean): string => `${isReversal ? 'r' : 'p'}${paymentId}`;
