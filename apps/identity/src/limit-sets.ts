import {
  gameSessionsCommands,
  walletCommands,
  type LimitChange,
  type LimitSetDto,
  type SessionLimitSet,
} from '@baize/contracts';
import { RequestClient } from '@baize/messaging';
import { Database, type Db } from '@baize/persistence';
import { systemClock, tryEach } from '@baize/runtime';
import { Injectable } from '@nestjs/common';
import { PersonalData } from './crypto/personal-data';
import { parseDate } from './domain/calendar';
import { toLimitChange } from './domain/limit-dto';
import {
  currentLimit,
  moneyLimits,
  periodEnd,
  stakeCapOf,
  withStakeCap,
  type MarketLimits,
  type PlayerLimit,
} from './domain/limits';
import { currentMarketPolicy } from './domain/market-policies';
import { marketOf, type Market } from './domain/market-policy';
import { defaultProfile } from './domain/market-profiles';
import {
  activateDueLimits,
  findAging,
  findDueLimits,
  findLimits,
  findLimitSubject,
  findUnenforced,
  lockLimits,
  markEnforced,
  raiseLimitEpoch,
  setAgeDue,
  type LimitSubject,
} from './store/limits';
import type { Profile } from './store/players';

/** What an enforcer is told of a player's limits, and what they follow from. */
export interface PlayerLimits {
  readonly subject: LimitSubject;
  readonly own: readonly PlayerLimit[];
  readonly market: MarketLimits;
  readonly rules: Market['limits'];
  readonly timeZone: string;
}

const orphanAfterMs = 2_000;
const batch = 50;
const agingBatch = 500;

/** Reads the limits of players, and brings them to those who enforce them: the wallet, and game-sessions for time. */
@Injectable()
export class LimitSets {
  constructor(
    private readonly database: Database,
    private readonly services: RequestClient,
    private readonly personalData: PersonalData,
  ) {}

  async read(db: Db, playerId: string): Promise<PlayerLimits | undefined> {
    const subject = await findLimitSubject(db, playerId);
    if (!subject) return undefined;
    const { rules, timeZone } = rulesIn(subject.country);
    const own = await findLimits(db, playerId);
    const defaults = rules.defaults.map(({ kind, period, limit }) => ({
      kind,
      period,
      amount: limit.amount,
    }));
    const market = { defaults, stakeCap: this.stakeCap(subject, systemClock.now()) };
    return { subject, own, rules, market, timeZone };
  }

  /** A player's own limits, and those of the market where they set none. */
  shown({ own, market, subject }: PlayerLimits): LimitChange[] {
    const usual = market.defaults.filter(
      ({ kind, period }) => !own.some((limit) => limit.kind === kind && limit.period === period),
    );
    const all = [...own, ...usual.map(({ kind, period }) => currentLimit(own, market, kind, period))];
    return withStakeCap(all, market).map((limit) => toLimitChange(limit, subject.currency));
  }

  /** What the wallet enforces; its epoch is that of the moment. */
  walletSet({ subject, own, market, timeZone }: PlayerLimits): LimitSetDto {
    const limits = moneyLimits(own, market, subject.currency);
    return { epoch: Number(subject.epoch), timeZone, limits };
  }

  /**
   * Tells both enforcers of the limits as they are now.
   * @returns whether both have committed them
   */
  async enforce(playerId: string, deadlineMs = Date.now() + orphanAfterMs): Promise<boolean> {
    const limits = await this.read(this.database, playerId);
    if (!limits) return false;
    const epoch = Number(limits.subject.epoch);
    const options = { deadlineMs };
    const set = this.walletSet(limits);
    const told = await Promise.all(
      [
        this.services
          .call(walletCommands.applyLimits, { playerId, set }, options)
          .then(async ({ ok }) => ok && (await markEnforced(this.database, playerId, 'wallet', epoch), true)),
        this.services
          .call(gameSessionsCommands.applySessionLimits, sessionSet(limits), options)
          .then(
            async ({ ok }) =>
              ok && (await markEnforced(this.database, playerId, 'game-sessions', epoch), true),
          ),
      ].map((call) => call.catch(() => false)),
    );
    return told.every(Boolean);
  }

  /** Lets due increases act. */
  async activateDue(): Promise<void> {
    await tryEach(await findDueLimits(this.database, batch), (playerId) =>
      this.database.transactions.run(async (db) => {
        await lockLimits(db, playerId);
        if (await activateDueLimits(db, playerId)) await raiseLimitEpoch(db, playerId);
      }),
    );
  }

  /** Tells enforcers that were away. */
  async enforceAgain(): Promise<void> {
    const behind = await findUnenforced(this.database, orphanAfterMs, batch);
    await Promise.allSettled(behind.map((playerId) => this.enforce(playerId)));
  }

  /** Looks at players whose day is over: who is of another age group now has another cap. */
  async lookAtAges(): Promise<void> {
    const now = systemClock.now();
    await tryEach(await findAging(this.database, agingBatch), async (subject) => {
      const { playerId, country, ageDueAt } = subject;
      const yesterday = new Date(ageDueAt.getTime() - 1);
      if (this.stakeCap(subject, yesterday) !== this.stakeCap(subject, now))
        await raiseLimitEpoch(this.database, playerId);
      // of the same moment: a midnight in between would be looked at by nobody
      await setAgeDue(this.database, playerId, periodEnd('day', now, rulesIn(country).timeZone));
    });
  }

  /** The currencies of the market are those of its limits: a spec holds every market to it. */
  private stakeCap({ personId: id, wrappedKey, profile, playerId, country }: LimitSubject, at: Date) {
    const { rules, timeZone } = rulesIn(country);
    if (rules.stakeCaps.length === 0) return undefined;
    const { dateOfBirth } = this.personalData.open({ id, wrappedKey }, profile, playerId) as Profile;
    const birth = parseDate(dateOfBirth);
    if (!birth) throw new Error('a player lost its birth date');
    return stakeCapOf(rules.stakeCaps, birth, at, timeZone);
  }
}

/** From now on a new day of the player's life brings the cap on stakes of its age, where the market's depends on it. */
export async function watchAge(db: Db, playerId: string, country: string): Promise<void> {
  const { rules, timeZone } = rulesIn(country);
  if (!rules.stakeCaps.some(({ ages }) => ages)) return;
  await setAgeDue(db, playerId, periodEnd('day', systemClock.now(), timeZone));
}

function rulesIn(country: string): { rules: Market['limits']; timeZone: string } {
  const market = marketOf(currentMarketPolicy, country);
  return { rules: (market ?? defaultProfile).limits, timeZone: market?.timeZone ?? 'UTC' };
}

function sessionSet({ subject, own, timeZone }: PlayerLimits): SessionLimitSet {
  const limits = own.flatMap(({ kind, period, amount }) =>
    kind === 'session-time' && amount !== null ? [{ period: period, minutes: Number(amount) }] : [],
  );
  return { playerId: subject.playerId, epoch: Number(subject.epoch), timeZone, limits };
}
