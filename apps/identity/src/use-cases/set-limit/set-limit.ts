import { appendAudit } from '@baize/audit';
import { ok, refuse, type LimitChange, type LimitWish, type Result, type SetLimit } from '@baize/contracts';
import { Database, type Db } from '@baize/persistence';
import { systemClock } from '@baize/runtime';
import { Injectable } from '@nestjs/common';
import { toLimitChange } from '../../domain/limit-dto';
import {
  currentLimit,
  decideLimit,
  periodEnd,
  periodFits,
  type PlayerLimit,
  type StoredPeriod,
} from '../../domain/limits';
import { LimitSets, type PlayerLimits } from '../../limit-sets';
import { lockLimits, raiseLimitEpoch, saveLimit } from '../../store/limits';
import { findStanding } from '../../store/players';

const reserveMs = 200;

interface Change {
  readonly limit: PlayerLimit;
  readonly currency: string;
  /** Whether what holds now changed, so that the enforcers must know before the answer. */
  readonly acts: boolean;
}

/** Sets a limit. A decrease is answered once those who enforce it have committed it; an increase waits. */
@Injectable()
export class SetLimitUseCase {
  constructor(
    private readonly database: Database,
    private readonly limitSets: LimitSets,
  ) {}

  /** @param deadlineMs absolute, epoch milliseconds */
  async execute(command: SetLimit, deadlineMs: number): Promise<Result<LimitChange>> {
    const { playerId, brand } = command;
    if (!(await findStanding(this.database, playerId, brand))) {
      return refuse('identity.player-not-found', 'There is no such player.');
    }
    const changed = await this.database.transactions.run((db) => this.change(db, command));
    if (!changed.ok) return changed;
    const { limit, currency, acts } = changed.value;
    if (acts && !(await this.limitSets.enforce(playerId, deadlineMs - reserveMs))) {
      return refuse(
        'identity.limit-not-acknowledged',
        'It is kept, but those who enforce it have not all said so yet. Ask for it again to be told.',
      );
    }
    return ok(toLimitChange(limit, currency));
  }

  private async change(db: Db, { playerId, brand, wish, actor }: SetLimit): Promise<Result<Change>> {
    await lockLimits(db, playerId);
    const limits = await this.limitSets.read(db, playerId);
    if (!limits) return refuse('identity.player-not-found', 'There is no such player.');
    const { currency } = limits.subject;
    const wanted = readWish(wish, currency);
    if (!wanted.ok) return wanted;
    const { period, amount } = wanted.value;
    const current = currentLimit(limits.own, limits.market, wish.kind, period);
    const limit = this.decide(current, amount, limits);
    await saveLimit(db, playerId, limit);
    // Also when it is as low as it was: whoever asks again after a lost answer is told once it is enforced.
    const acts = limit.amount !== current.amount || amount === current.amount;
    if (limit.amount !== current.amount) await raiseLimitEpoch(db, playerId);
    await appendAudit(db, {
      ...{
        subject: playerId,
        brand,
        actor,
        action: limit.pending ? 'limit.increase-requested' : 'limit.set',
      },
      details: { kind: wish.kind, period, amount: amount === null ? null : Number(amount) },
    });
    return ok({ limit, currency, acts });
  }

  private decide(
    current: PlayerLimit,
    amount: bigint | null,
    { rules, timeZone }: PlayerLimits,
  ): PlayerLimit {
    const now = systemClock.now();
    return decideLimit(current, amount, rules.increase, now, periodEnd(current.period, now, timeZone));
  }
}

/** Reads what is wished for: money in the player's currency, or minutes for session time; nothing takes it away. */
function readWish(
  { kind, period, amount, minutes, currency }: LimitWish,
  own: string,
): Result<{ period: StoredPeriod; amount: bigint | null }> {
  const stored = period ?? 'once';
  const invalid = (path: string, message: string) =>
    refuse('request.invalid', 'The limit is not valid.', { errors: [{ path, message }] });
  if (!periodFits(kind, stored)) {
    return invalid('/period', kind === 'stake' ? 'a stake has no period' : 'is required');
  }
  if (kind === 'session-time') {
    if (amount !== null) return invalid('/amount', 'session time is limited in minutes');
    return ok({ period: stored, amount: minutes === null ? null : BigInt(minutes) });
  }
  if (minutes !== null) return invalid('/minutes', 'only session time is limited in minutes');
  if (currency !== undefined && currency !== own)
    return invalid('/amount/currency', `the account is kept in ${own}`);
  return ok({ period: stored, amount: amount === null ? null : BigInt(amount) });
}
