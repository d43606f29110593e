import type { GameSession } from './game-session';

/** How long sessions of a brand live, and how many of them a player may have. */
export interface SessionPolicy {
  /** `any` number at once, `one-per-provider`, or `one` at all; for real money, demos are not counted. */
  readonly concurrent: 'any' | 'one-per-provider' | 'one';
  /** Who gives way: the sessions that are open, or the launch. */
  readonly onConflict: 'newest-wins' | 'refuse';
  /** The longest that a session takes bets. */
  readonly maxMinutes: number;
  /** Nothing played for this long ends it. */
  readonly idleMinutes: number;
  /** Left out, no reality checks are asked for. */
  readonly realityCheckMinutes?: number;
}

export type Admission =
  { readonly admitted: true; readonly replaces: readonly GameSession[] } | { readonly admitted: false };

/** Whether a launch may start beside the player's open sessions, and which of them it ends. */
export function admit(
  policy: Pick<SessionPolicy, 'concurrent' | 'onConflict'>,
  launch: Pick<GameSession, 'provider' | 'mode'>,
  open: readonly GameSession[],
): Admission {
  if (policy.concurrent === 'any' || launch.mode === 'demo') return { admitted: true, replaces: [] };
  const inTheWay = open.filter(
    ({ mode, provider }) => mode === 'real' && (policy.concurrent === 'one' || provider === launch.provider),
  );
  if (inTheWay.length > 0 && policy.onConflict === 'refuse') return { admitted: false };
  return { admitted: true, replaces: inTheWay };
}

const bounds = {
  maxMinutes: [1, 10_080],
  idleMinutes: [1, 10_080],
  realityCheckMinutes: [1, 1_440],
} as const;
const words = {
  concurrent: ['any', 'one-per-provider', 'one'],
  onConflict: ['newest-wins', 'refuse'],
} as const;

/** Reads a brand's settings over the defaults. @throws Error that names the first bad setting */
export function readSessionPolicy(settings: unknown, defaults: SessionPolicy): SessionPolicy {
  if (settings === undefined) return defaults;
  if (typeof settings !== 'object' || settings === null) throw new Error('"sessions" must be an object');
  for (const [name, value] of Object.entries(settings)) {
    if (name in words) {
      const allowed: readonly unknown[] = words[name as keyof typeof words];
      if (!allowed.includes(value)) throw new Error(`"${name}" must be one of ${allowed.join(', ')}`);
    } else if (name in bounds) {
      const [least, most] = bounds[name as keyof typeof bounds];
      if (!Number.isInteger(value) || (value as number) < least || (value as number) > most)
        throw new Error(`"${name}" must be an integer from ${least} to ${most}`);
    } else throw new Error(`"${name}" is no setting of sessions`);
  }
  return { ...defaults, ...settings };
}
