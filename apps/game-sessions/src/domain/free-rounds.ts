import type { FreeRoundsState } from '@baize/contracts';

/** Free rounds of a player at one provider. Amounts in minor units, times in epoch milliseconds. */
export interface FreeRounds {
  readonly id: string;
  readonly brand: string;
  readonly playerId: string;
  readonly provider: string;
  readonly gameId: string;
  readonly currency: string;
  readonly rounds: number;
  readonly stake: number;
  readonly status: FreeRoundsState;
  /** What the provider calls the grant: our id, or its own once it told. */
  readonly reference: string;
  readonly consumed: number;
  readonly won: bigint;
  readonly detail?: string;
  readonly createdAtMs: number;
  readonly expiresAtMs: number;
  readonly grantedAtMs?: number;
  readonly endedAtMs?: number;
  /** How often the provider was asked about what it is to do now. */
  readonly asked: number;
}

/** What providers have told of the rounds so far, each movement once. */
export interface Played {
  readonly rounds: number;
  readonly won: bigint;
  /** Whether anything was told at all: then they were granted, whatever came of our question. */
  readonly any: boolean;
  /** Nothing more is to come of the round that was told of last. */
  readonly settled: boolean;
  /** The provider's first word that it is all over. */
  readonly finished?: Finished;
}
export type Finished = 'completed' | 'expired' | 'cancelled';

/** What happened to free rounds, in the order in which it did. */
export type FreeRoundsEvent = 'granted' | 'consumed' | 'completed' | 'cancelled';
export interface Step {
  readonly next: FreeRounds;
  readonly events: readonly FreeRoundsEvent[];
}

/** Whether nothing can happen to them any more but that money comes late. */
export function isOver({ status }: Pick<FreeRounds, 'status'>): boolean {
  return status === 'refused' || status === 'completed' || status === 'expired' || status === 'cancelled';
}

/** What a grant that is heard of only now makes of them; left out where it changes nothing. */
const afterGrant: { readonly [S in FreeRoundsState]?: FreeRoundsState } = {
  pending: 'active',
  // it was told no and then plays them: the no was somebody else's, such as a proxy's
  refused: 'active',
  // the cancellation came before the grant, and took nothing back: it is asked for again
  cancelled: 'cancelling',
};

/** The provider granted them, perhaps under a name of its own. Said twice it changes nothing. */
export function granted(rounds: FreeRounds, nowMs: number, reference?: string): Step {
  const named = reference === undefined ? rounds : { ...rounds, reference };
  if (rounds.grantedAtMs !== undefined) return { next: named, events: [] };
  const status = afterGrant[rounds.status];
  const { endedAtMs: _ended, ...open } = named;
  const next = status === undefined ? named : { ...open, status };
  return { next: { ...next, grantedAtMs: nowMs }, events: ['granted'] };
}

/** The provider will not grant them. */
export function refusedByProvider(rounds: FreeRounds, nowMs: number, detail: string): Step {
  if (rounds.status !== 'pending') return { next: rounds, events: [] };
  return { next: { ...rounds, status: 'refused', detail, endedAtMs: nowMs }, events: [] };
}

/** Somebody takes them back; the provider is still to be told. Undefined when it is too late. */
export function cancelWanted(rounds: FreeRounds): FreeRounds | undefined {
  if (rounds.status === 'cancelled' || rounds.status === 'cancelling') return rounds;
  if (rounds.status !== 'pending' && rounds.status !== 'active') return undefined;
  return { ...rounds, status: 'cancelling', asked: 0 };
}

/** The provider took them back. What it said before that is over counts: they stay completed. */
export function cancelled(rounds: FreeRounds, nowMs: number): Step {
  if (isOver(rounds)) return { next: rounds, events: [] };
  return { next: { ...rounds, status: 'cancelled', endedAtMs: nowMs }, events: ['cancelled'] };
}

/** The provider does not take them back: they go on, or, when it never granted them, there is nothing to take back. */
export function cancelRefused(rounds: FreeRounds, nowMs: number, detail: string): Step {
  if (rounds.status !== 'cancelling') return { next: rounds, events: [] };
  if (rounds.grantedAtMs === undefined) return cancelled({ ...rounds, detail }, nowMs);
  return { next: { ...rounds, status: 'active', detail }, events: [] };
}

/**
 * Makes the rounds agree with what was played of them. The first word that they are over stands; money that comes
 * after it is added.
 */
export function playedSoFar(rounds: FreeRounds, played: Played, nowMs: number): Step {
  const finished =
    played.finished ?? (played.rounds >= rounds.rounds && played.settled ? 'completed' : undefined);
  const known = played.any ? granted(rounds, nowMs) : { next: rounds, events: [] };
  // nothing is left of them that could be taken back once more
  const isGone = rounds.status === 'cancelled' && finished !== undefined;
  const next = isGone ? { ...rounds, grantedAtMs: rounds.grantedAtMs ?? nowMs } : known.next;
  const consumed = played.finished === 'completed' ? Math.max(rounds.rounds, played.rounds) : played.rounds;
  const told = { ...next, consumed, won: played.won };
  const events: FreeRoundsEvent[] = [...known.events];
  if (consumed !== rounds.consumed) events.push('consumed');
  if (finished === undefined || isOver(told)) return { next: told, events };
  const ended = { ...told, status: finished, endedAtMs: nowMs };
  return { next: ended, events: [...events, finished === 'cancelled' ? 'cancelled' : 'completed'] };
}

/** Their time was over long enough ago that nothing more is expected of them. */
export function timeIsOver(rounds: FreeRounds, nowMs: number): Step {
  if (isOver(rounds)) return { next: rounds, events: [] };
  const status = rounds.consumed >= rounds.rounds ? ('completed' as const) : ('expired' as const);
  const told = rounds.grantedAtMs !== undefined;
  return { next: { ...rounds, status, endedAtMs: nowMs }, events: told ? ['completed'] : [] };
}
