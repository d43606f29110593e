import type { Money } from '@baize/money';

export type CheckKind = 'identity' | 'age' | 'address' | 'source-of-funds';
export type RiskBand = 'low' | 'medium' | 'high';

/** What makes checks due. Until they are passed, withdrawals are held. */
export type KycTrigger =
  | {
      readonly on: 'cumulative-deposits';
      /** Reached when deposits are not below it; bonuses and winnings are none. */
      readonly threshold: Money;
      /** Deposits of the last so many days count; of the whole life of the account when null. */
      readonly windowDays: number | null;
      readonly checks: readonly CheckKind[];
    }
  | { readonly on: 'first-withdrawal'; readonly checks: readonly CheckKind[] }
  | { readonly on: 'sanctions-hit'; readonly checks: readonly CheckKind[] }
  | { readonly on: 'risk-band'; readonly bands: readonly RiskBand[]; readonly checks: readonly CheckKind[] };

/** Play that is allowed before the person is verified. */
export interface UnverifiedPlay {
  /** From registration; at exactly so many hours it is over. */
  readonly hours: number;
  /** All deposits of that time together, in the money of the market. */
  readonly maximumDeposits: Money;
}

export interface KycRules {
  /** Passed before the first deposit or game. */
  readonly beforeGambling: readonly CheckKind[];
  /** Null where unverified play has no end of its own. */
  readonly unverifiedPlay: UnverifiedPlay | null;
  readonly triggers: readonly KycTrigger[];
  /** From the order of a check to its expiry. */
  readonly checkDeadlineHours: number;
  /** What was paid in less what was paid out, at which a look at the player's means is due: a signal, not a bar. */
  readonly vulnerability: {
    readonly netDeposits: Money;
    readonly windowDays: number;
    /** A look is good for so long. */
    readonly againAfterDays: number;
  } | null;
}

export type GeoAction = 'login' | 'launch' | 'deposit';
export type GeoVerdict = 'allow' | 'signal' | 'refuse';

/** What an address means for an action; a private address has no country and is allowed. */
export interface GeoRule {
  /** The address is in a country where no market is open. */
  readonly closedCountry: GeoVerdict;
  /** The address is in an open country, but not that of residence. */
  readonly otherCountry: GeoVerdict;
  /** The address belongs to a hosting network: a VPN, a proxy or a robot. */
  readonly hosting: GeoVerdict;
}

export type GeoRules = Readonly<Record<GeoAction, GeoRule>>;
