import { createHash } from 'node:crypto';
import { gameSessionsEvents, type HandleCallback } from '@baize/contracts';
import { addToOutbox, type Database } from '@baize/persistence';
import { counter, type Logger } from '@baize/runtime';
import { uuidv7 } from 'uuidv7';
import type { Dialect, ProviderCall } from './domain/dialect';
import { keptHeaders, keptQuery } from './domain/kept-call';
import type { ProviderKey } from './store/provider-health';
import { insertQuarantined } from './store/quarantine';

/**
 * A flood of bad calls is counted in full, but only so many of its bodies are kept: strangers must not fill the disk,
 * a provider that sends nonsense is worth more of it.
 */
const allowed = {
  malformed: { burst: 100, perSecond: 20 },
  // money may be owed: what is not kept has to come again
  disputed: { burst: 500, perSecond: 50 },
  unauthenticated: { burst: 100, perSecond: 1 },
} as const;
export type QuarantineReason = keyof typeof allowed;

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

/** `dropped` is one of too many; `lost` could not be written down. */
export type Fate = 'kept' | 'dropped' | 'lost';

interface Allowance {
  left: number;
  refilledAt: number;
}

/** Keeps the raw bodies of callbacks that could not be understood, trusted or squared with the ledger. Never throws. */
export class Quarantine {
  private readonly allowances = new Map<string, Allowance>();

  constructor(
    private readonly database: Database,
    private readonly log: Logger,
  ) {}

  async keep(callback: HandleCallback, refused: RefusedCall): Promise<Fate> {
    const { brand, provider } = callback;
    const { reason } = refused;
    const isTaken = this.takeAllowance({ brand, provider, reason });
    const fate = isTaken ? await this.write(callback, refused) : 'dropped';
    quarantined.inc({ provider, reason, kept: String(fate === 'kept') });
    return fate;
  }

  private async write(
    { brand, provider, receivedAt }: HandleCallback,
    { call, dialect, reason, detail }: RefusedCall,
  ): Promise<Fate> {
    const { method, path, body } = call;
    const quarantineId = uuidv7();
    const bodySha256 = createHash('sha256').update(body).digest('hex');
    const data = { quarantineId, brand, provider, reason, bodySha256, bodyBytes: body.length, receivedAt };
    this.log.warn({ brand, provider, reason, detail, bodySha256, quarantineId }, 'callback quarantined');
    try {
      await this.database.transactions.run(async (db) => {
        const isNew = await insertQuarantined(db, {
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
        const event = { contract, subject: quarantineId, partitionKey: quarantineId, data };
        await addToOutbox(db, isNew ? [event] : []);
      });
      return 'kept';
    } catch (error) {
      this.log.error({ err: error, bodySha256 }, 'a quarantined callback could not be kept');
      return 'lost';
    }
  }

  /** Of each provider its own, so that the nonsense of one costs no other its place; of strangers one for all. */
  private takeAllowance({ brand, provider, reason }: ProviderKey & { reason: QuarantineReason }): boolean {
    const name = reason === 'unauthenticated' ? reason : `${brand} ${provider} ${reason}`;
    const now = Date.now();
    const { burst, perSecond } = allowed[reason];
    const allowance = this.allowances.get(name) ?? { left: burst, refilledAt: now };
    this.allowances.set(name, allowance);
    const refill = (Math.max(0, now - allowance.refilledAt) / 1_000) * perSecond;
    allowance.left = Math.min(burst, allowance.left + refill);
    allowance.refilledAt = now;
    if (allowance.left < 1) return false;
    allowance.left -= 1;
    return true;
  }
}
