import { setTimeout as sleep } from 'node:timers/promises';
import type { PaymentsClient } from '../platform/payments-client';
import { inParallel } from '../play/in-parallel';
import { Progress } from '../play/progress';
import { groupBy } from '../domain/group-by';
import type { PspRecord } from '../psps/record';
import { expectationOf, paymentIdOf, type PlatformPayment } from './compare-payments';
import type { StartedPayment } from './payer';
import type { SandboxClient } from './sandbox-client';

const askEveryMs = 1_000;
const askConcurrency = 16;

/** Waits until every payment is where its PSPs' books say that it must be, and lets withdrawals through reviews. */
export class Settlement {
  constructor(
    private readonly platform: PaymentsClient,
    private readonly sandbox: SandboxClient,
  ) {}

  /** What the PSPs' books say in the end, or at the deadline. */
  async wait(
    started: readonly StartedPayment[],
    { sinceMs, deadlineMs }: { sinceMs: number; deadlineMs: number },
  ): Promise<readonly PspRecord[]> {
    let open = started.flatMap(({ id }) => (id === undefined ? [] : [id]));
    const progress = new Progress('settling', open.length);
    for (;;) {
      const askedAtMs = Date.now();
      const records = await this.sandbox.recordsSince(sinceMs);
      const byPayment = groupBy(records, ({ reference }) => paymentIdOf(reference));
      const settled = await inParallel(open, askConcurrency, (id) =>
        this.isSettled(id, byPayment.get(id) ?? []),
      );
      progress.add(settled.filter(Boolean).length);
      open = open.filter((_, index) => !settled[index]);
      if ((open.length === 0 && (await this.allSaid())) || Date.now() > deadlineMs) {
        progress.end();
        return this.sandbox.recordsSince(sinceMs);
      }
      await sleep(Math.max(0, askedAtMs + askEveryMs - Date.now()));
    }
  }

  private async isSettled(id: string, records: readonly PspRecord[]): Promise<boolean> {
    const payment = await this.platform.find(id);
    if (payment === undefined) return true; // the comparison will say that it is missing
    if (payment.kind === 'withdrawal' && payment.status === 'review') {
      await this.platform.approve(id);
      return false;
    }
    return isThere(payment, records);
  }

  /** Repetitions that are still to come could change everything. */
  private async allSaid(): Promise<boolean> {
    return Object.values(await this.sandbox.webhooks()).every(({ waiting }) => waiting === 0);
  }
}

function isThere(payment: PlatformPayment, records: readonly PspRecord[]): boolean {
  const toBeReversed = records.some(
    ({ status, planned, moved, asked }) =>
      status === 'paid' && planned.includes('reversal') && moved === asked,
  );
  return !toBeReversed && expectationOf(payment, records).statuses.includes(payment.status);
}
