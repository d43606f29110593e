import type { Money } from '@baize/money';

export type LimitKind = 'deposit' | 'loss' | 'wager' | 'stake' | 'session-time';
export type LimitPeriod = 'day' | 'week' | 'month';

/** A limit that everybody in the market has until the player sets a lower one. */
export interface DefaultLimit {
  readonly kind: Exclude<LimitKind, 'stake' | 'session-time'>;
  readonly period: LimitPeriod;
  readonly limit: Money;
}

/** The most that one stake may be. Several may hold for a player; the lowest wins. */
export interface StakeCap {
  readonly limit: Money;
  /** Ages at which it holds, both ends included; every age when left out. */
  readonly ages?: { readonly from: number; readonly to: number };
}

/** How limits begin and change. A decrease acts at once everywhere. */
export interface LimitRules {
  readonly defaults: readonly DefaultLimit[];
  readonly stakeCaps: readonly StakeCap[];
  /** Kinds of which the player must have set one before the first deposit or game. */
  readonly mandatoryBeforePlay: readonly LimitKind[];
  readonly increase: {
    readonly delayHours: number;
    /** The player must say so again once the delay is over, or the old limit stays. */
    readonly reconfirm: boolean;
    /** Never before the period that is running when it is asked for has ended. */
    readonly afterRunningPeriod: boolean;
  };
  /** A message about time and money every so often. */
  readonly realityCheckMinutes: number;
}

/** ISO 8601 durations: what a person may choose. */
export interface DurationRange {
  readonly minimum: string;
  readonly maximum: string;
}

export const registerNames = ['GAMSTOP', 'OASIS', 'Spelpaus'] as const;
export type RegisterName = (typeof registerNames)[number];

export interface ExclusionRules {
  readonly timeOut: DurationRange;
  /** For ever is allowed as well. */
  readonly selfExclusion: DurationRange;
  /** Between the request to lift a self-exclusion that has run its time and the lifting. */
  readonly coolingOffHours: number;
  /** The national register that must be asked, null where there is none. */
  readonly register: RegisterName | null;
  /** How old its last answer may be when a game is launched or a deposit begins; active accounts are asked about as often. */
  readonly registerMaximumAgeHours: number;
}
