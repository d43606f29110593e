import {
  gameSessionsCommands,
  walletCommands,
  type LimitSetDto,
  type SessionLimitSet,
} from '@baize/contracts';
import { RequestClient } from '@baize/messaging';
import { Database, type Db } from '@baize/persistence';
import { systemClock } from '@baize/runtime';
import { Injectable } from '@nestjs/common';
import { PersonalData } from './crypto/personal-data';
import { ageOn, parseDate } from './domain/age';
import { moneyLimits, type MarketLimits, type PlayerLimit } from './domain/limits';
import { currentMarketPolicy } from './domain/market-policies';
import { marketOf, type Market } from './domain/market-policy';
import { defaultProfile } from './domain/market-profiles';
import {
  activateDueLimits,
  findDueLimits,
  findLimits,
  findLimitSubject,
  findUnenforced,
  lockLimits,
  markEnforced,
  raiseLimitEpoch,
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
    const found = marketOf(currentMarketPolicy, subject.country);
    const rules = (found ?? defaultProfile).limits;
    const own = await findLimits(db, playerId);
    return {
      subject,
      own,
      rules,
      market: this.marketLimits(rules, subject),
      timeZone: found?.timeZone ?? 'UTC',
    };
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

  /** One round: lets due increases act, and tells enforcers that were away. */
  async run(): Promise<void> {
    for (const playerId of await findDueLimits(this.database, batch)) {
      await this.database.transactions.run(async (db) => {
        await lockLimits(db, playerId);
        if (await activateDueLimits(db, playerId)) await raiseLimitEpoch(db, playerId);
      });
    }
    const behind = await findUnenforced(this.database, orphanAfterMs, batch);
    await Promise.allSettled(behind.map((playerId) => this.enforce(playerId)));
  }

  /** The currencies of the market are those of its limits: a spec holds every market to it. */
  private marketLimits(rules: Market['limits'], subject: LimitSubject): MarketLimits {
    const { personId: id, wrappedKey, profile, playerId } = subject;
    const defaults = rules.defaults.map(({ kind, period, limit }) => ({
      kind,
      period,
      amount: limit.amount,
    }));
    if (rules.stakeCaps.length === 0) return { defaults, stakeCap: undefined };
    const { dateOfBirth } = this.personalData.open({ id, wrappedKey }, profile, playerId) as Profile;
    const birth = parseDate(dateOfBirth);
    const age = birth ? ageOn(birth, systemClock.now()) : 0;
    const caps = rules.stakeCaps
      .filter(({ ages }) => !ages || (age >= ages.from && age <= ages.to))
      .map(({ limit }) => limit.amount);
    return {
      defaults,
      stakeCap: caps.length > 0 ? caps.reduce((one, other) => (other < one ? other : one)) : undefined,
    };
  }
}

function sessionSet({ subject, own, timeZone }: PlayerLimits): SessionLimitSet {
  const limits = own.flatMap(({ kind, period, amount }) =>
    kind === 'session-time' && amount !== null ? [{ period: period, minutes: Number(amount) }] : [],
  );
  return { playerId: subject.playerId, epoch: Number(subject.epoch), timeZone, limits };
}
