import { createHash } from 'node:crypto';
import { gameSessionsEvents, type HandleCallback } from '@baize/contracts';
import { addToOutbox, type Database } from '@baize/persistence';
import { counter, type Logger } from '@baize/runtime';
import { uuidv7 } from 'uuidv7';
import type { Dialect, ProviderCall } from './domain/dialect';
import { keptHeaders, keptQuery } from './domain/kept-call';
import { insertQuarantined } from './store/quarantine';

/**
 * A flood of bad calls is counted in full, but only so many of its bodies are kept: strangers must not fill the disk,
 * a provider that sends nonsense is worth more of it.
 */
const burst = 100;
const keptPerSecond = { malformed: 20, disputed: 20, unauthenticated: 1 } as const;
export type QuarantineReason = keyof typeof keptPerSecond;

interface RefusedCall {
  readonly call: ProviderCall;
  readonly dialect: Dialect;
  readonly reason: QuarantineReason;
  readonly detail: string;
}

const quarantined = counter(
  'baize_callbacks_quarantined_total',
  'Provider callbacks refused as malformed, unauthenticated or disputed; dropped ones were counted but not kept',
  ['provider', 'reason', 'kept'],
);

/** Keeps the raw bodies of callbacks that could not be understood, trusted or squared with the ledger. Never fails a call. */
export class Quarantine {
  private readonly allowances = {
    malformed: { left: burst, refilledAt: Date.now() },
    disputed: { left: burst, refilledAt: Date.now() },
    unauthenticated: { left: burst, refilledAt: Date.now() },
  };

  constructor(
    private readonly database: Database,
    private readonly log: Logger,
  ) {}

  async keep(
    { brand, provider, receivedAt }: HandleCallback,
    { call, dialect, reason, detail }: RefusedCall,
  ): Promise<void> {
    const { method, path, body } = call;
    const kept = this.takeAllowance(reason);
    quarantined.inc({ provider, reason, kept: String(kept) });
    if (!kept) return;
    const quarantineId = uuidv7();
    const bodySha256 = createHash('sha256').update(body).digest('hex');
    const data = { quarantineId, brand, provider, reason, bodySha256, bodyBytes: body.length, receivedAt };
    this.log.warn({ brand, provider, reason, detail, bodySha256, quarantineId }, 'callback quarantined');
    try {
      await this.database.transactions.run(async (db) => {
        await insertQuarantined(db, {
          ...data,
          detail,
          method,
          path,
          query: keptQuery(dialect.kept, call.query),
          headers: keptHeaders(dialect.kept, call.headers),
          authentic: reason !== 'unauthenticated',
          body,
        });
        const contract = gameSessionsEvents.callbackQuarantined;
        await addToOutbox(db, [{ contract, subject: quarantineId, partitionKey: quarantineId, data }]);
      });
    } catch (error) {
      this.log.error({ err: error, bodySha256 }, 'a quarantined callback could not be kept');
    }
  }

  private takeAllowance(reason: QuarantineReason): boolean {
    const allowance = this.allowances[reason];
    const now = Date.now();
    const refill = ((now - allowance.refilledAt) / 1_000) * keptPerSecond[reason];
    allowance.left = Math.min(burst, allowance.left + refill);
    allowance.refilledAt = now;
    if (allowance.left < 1) return false;
    allowance.left -= 1;
    return true;
  }
}
