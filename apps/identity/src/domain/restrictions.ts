import {
  refuse,
  restrictedActions,
  type Actor,
  type ExclusionForm,
  type RestrictedAction,
  type RestrictionKind,
  type Result,
} from '@baize/contracts';
import { after } from './duration';
import { marketOf, type MarketPolicy } from './market-policy';
import { defaultProfile } from './market-profiles';
import type { ExclusionRules } from './market-protection';
import type { RegisterAnswer } from './national-register';

/** A time-out leaves the account open; everything else closes it. Withdrawals are never forbidden. */
const forbidden: Readonly<Record<RestrictionKind, readonly RestrictedAction[]>> = {
  'time-out': restrictedActions.filter((action) => action !== 'login'),
  'self-exclusion': restrictedActions,
  'operator-block': restrictedActions,
  'national-register': restrictedActions,
};

/** What restrictions of these kinds forbid together. */
export function forbidsOf(kinds: readonly RestrictionKind[]): RestrictedAction[] {
  return restrictedActions.filter((action) => kinds.some((kind) => forbidden[kind].includes(action)));
}

/** The rules of the market of residence; the platform's own where registration is closed by now. */
export function exclusionRulesOf(policy: MarketPolicy, country: string): ExclusionRules {
  return (marketOf(policy, country) ?? defaultProfile).exclusions;
}

/** An exclusion that the market's rules allow. */
export interface AcceptedExclusion {
  readonly kind: RestrictionKind;
  /** Null: for ever, or until people end it. */
  readonly expiresAt: Date | null;
}

/**
 * Whether such an exclusion may be asked for by such a caller. Durations are those of the market: a time-out and a
 * self-exclusion from their minimum to their maximum, a self-exclusion also for ever; a block is as long as it says.
 */
export function decideExclusion(
  { kind, duration }: ExclusionForm,
  actor: Actor,
  rules: ExclusionRules,
  now: Date,
): Result<AcceptedExclusion> {
  if (kind === 'operator-block' && actor.kind === 'player') {
    return refuse('auth.insufficient-scope', 'A block is the operator’s to ask for.');
  }
  if (duration === null) {
    if (kind === 'time-out') return invalidDuration('a time-out has an end');
    return { ok: true, value: { kind, expiresAt: null } };
  }
  const expiresAt = after(now, duration);
  if (!expiresAt || expiresAt <= now) {
    return invalidDuration('is not a duration of ISO 8601 such as PT24H, P7D or P6M');
  }
  const range =
    kind === 'time-out' ? rules.timeOut : kind === 'self-exclusion' ? rules.selfExclusion : undefined;
  if (range && expiresAt < after(now, range.minimum)!)
    return invalidDuration(`is shorter than ${range.minimum}`);
  if (range && expiresAt > after(now, range.maximum)!)
    return invalidDuration(`is longer than ${range.maximum}`);
  return { ok: true, value: { kind, expiresAt } };
}

function invalidDuration(message: string): Result<never> {
  const errors = [{ path: '/duration', message }];
  return refuse('request.invalid', 'The duration is not one that the market allows.', { errors });
}

/** A restriction that somebody wants to end before its time or after it. */
export interface Liftable {
  readonly kind: RestrictionKind;
  readonly expiresAt: Date | null;
  readonly endedAt: Date | null;
  /** Of a national register's entry: what the register said last about the account, if it can be asked. */
  readonly atRegister?: RegisterAnswer;
}

/**
 * When a restriction may be lifted at the earliest, asked for now. A self-exclusion is never shortened: only once its
 * time is over can anybody ask, and then the cooling-off begins; one for ever stays. A time-out ends by itself. An entry of
 * a national register stays while it stands there; once it is not found any more, the cooling-off begins.
 */
export function decideLift(
  { kind, expiresAt, endedAt, atRegister }: Liftable,
  rules: ExclusionRules,
  now: Date,
): Result<Date> {
  if (endedAt) return refuse('identity.exclusion-not-liftable', 'It has ended already.');
  if (kind === 'operator-block') return { ok: true, value: now };
  if (kind === 'time-out')
    return refuse('identity.exclusion-not-liftable', 'A time-out is never shortened; it ends by itself.');
  if (kind === 'national-register' && atRegister === 'excluded')
    return refuse('identity.exclusion-not-liftable', 'The national register still has the entry.');
  if (kind === 'self-exclusion' && !expiresAt)
    return refuse('identity.exclusion-not-liftable', 'It was asked for for ever.');
  if (expiresAt && expiresAt > now)
    return refuse('identity.exclusion-not-liftable', 'A self-exclusion is never shortened.');
  return { ok: true, value: new Date(now.getTime() + rules.coolingOffHours * 3_600_000) };
}
