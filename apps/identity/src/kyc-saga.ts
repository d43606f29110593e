import { Database } from '@baize/persistence';
import { Injectable } from '@nestjs/common';
import { KycVendors } from './adapters/kyc/kyc-vendors';
import { hear } from './domain/kyc';
import type { VendorResult } from './domain/kyc-vendor';
import { withFile } from './kyc';
import { changeCheck, lockCheck, type KycCheckRow } from './store/kyc-checks';
import { screenAnew } from './store/screening-cases';

/** Between questions to a vendor: longer each time, at most an hour. */
function pauseAfter(attempts: number): number {
  return Math.min(3_600_000, 5_000 * 2 ** Math.min(attempts, 12));
}

/** A check on its way: started at the vendor, asked about, decided. Each step may be repeated, by anybody. */
@Injectable()
export class KycSaga {
  constructor(
    private readonly database: Database,
    private readonly vendors: KycVendors,
  ) {}

  /** Takes an open check one step on. What the vendor does not answer makes it unknown. */
  async advance(check: KycCheckRow): Promise<void> {
    const vendor = this.vendors.find(check.brand, check.vendor);
    const pauseMs = pauseAfter(check.attempts);
    if (!vendor) return;
    try {
      const known = check.status === 'created' ? undefined : await vendor.ask(check);
      if (known) await this.apply(check.id, check.playerId, known);
      if (known?.outcome === 'pending' || (!known && check.status === 'pending'))
        await this.wait(check.id, pauseMs);
      if (known || check.status === 'pending') return;
      const { reference, url } = await vendor.start(check);
      await this.move(check.id, (now) =>
        now === 'created' || now === 'unknown' ? { status: 'pending', reference, url, pauseMs } : undefined,
      );
    } catch {
      // whatever happened there is found out by asking
      await this.move(check.id, (now) =>
        now === 'created' || now === 'unknown' ? { status: 'unknown', pauseMs } : undefined,
      );
    }
  }

  /** Applies a vendor's word. Answers what became of it. */
  apply(checkId: string, playerId: string, word: VendorResult): Promise<'apply' | 'nothing' | 'stale'> {
    return this.database.transactions.run(async (db) => {
      let heard: 'apply' | 'nothing' | 'stale' = 'nothing';
      // Before the file is locked, as a screening does; once more than needed harms nobody.
      if (word.outcome === 'approved') await screenAnew(db, playerId);
      await withFile(db, playerId, async () => {
        const check = await lockCheck(db, checkId);
        heard = check ? hear(check, word) : 'nothing';
        if (!check || heard !== 'apply') return;
        const { outcome: status, reference, reason, documentExpiresOn, at } = word;
        const decidedAt = status === 'pending' ? undefined : at;
        const pauseMs = pauseAfter(check.attempts);
        await changeCheck(db, checkId, { status, reference, reason, documentExpiresOn, decidedAt, pauseMs });
      });
      return heard;
    });
  }

  /** A check that nobody finished in time, or whose document is out of date. */
  async expire(checkId: string, playerId: string, reason: string): Promise<void> {
    await this.database.transactions.run((db) =>
      withFile(db, playerId, async () => {
        const check = await lockCheck(db, checkId);
        if (check && check.status !== 'declined')
          await changeCheck(db, checkId, { status: 'expired', reason });
      }),
    );
  }

  private wait(checkId: string, pauseMs: number): Promise<void> {
    return this.move(checkId, (now) => (now === 'pending' ? { status: 'pending', pauseMs } : undefined));
  }

  private async move(
    checkId: string,
    change: (now: KycCheckRow['status']) => Parameters<typeof changeCheck>[2] | undefined,
  ): Promise<void> {
    await this.database.transactions.run(async (db) => {
      const check = await lockCheck(db, checkId);
      const next = check && change(check.status);
      if (next) await changeCheck(db, checkId, next);
    });
  }
}
