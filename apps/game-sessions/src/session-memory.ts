import type { GameSession } from './domain/game-session';

const maxKept = 20_000;

/** What was read of a player: a session, or that there is none. */
export interface KnownSession {
  readonly playerId: string;
  readonly session?: GameSession;
}

/** Sessions by what calls name them by, for as long as it is certain that they are as they were read. */
export class SessionMemory {
  private readonly kept = new Map<string, KnownSession>();
  private trustedUntilMs = -Infinity;
  private changes = 0;

  /** @param now a clock that nobody sets and that runs on while the process does not */
  constructor(
    private readonly trustedForMs: number,
    readonly now: () => number = () => performance.now(),
  ) {}

  /** Every change that was committed before `atMs` has been forgotten. */
  trustFrom(atMs: number): void {
    this.trustedUntilMs = atMs + this.trustedForMs;
  }

  find(key: string): KnownSession | undefined {
    return this.now() < this.trustedUntilMs ? this.kept.get(key) : undefined;
  }

  /** To be taken before a session is read: what changes while it is being read may not be in it. */
  mark(): number {
    return this.changes;
  }

  keep(key: string, known: KnownSession, mark: number): void {
    if (mark !== this.changes) return;
    if (this.kept.size >= maxKept) {
      const oldest = this.kept.keys().next();
      if (!oldest.done) this.kept.delete(oldest.value);
    }
    this.kept.set(key, known);
  }

  /** Forgets the sessions of these players. */
  forget(playerIds: readonly string[]): void {
    if (playerIds.length === 0) return;
    this.changes += 1;
    const changed = new Set(playerIds);
    for (const [key, { playerId }] of this.kept) if (changed.has(playerId)) this.kept.delete(key);
  }

  forgetAll(): void {
    this.changes += 1;
    this.kept.clear();
  }
}
