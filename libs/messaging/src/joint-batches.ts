import type { EventEnvelope } from './envelope';
import { pause } from './pause';

export interface JointBatchesOptions {
  /** Applies the events of several pullers in one transaction; each puller's are in order. */
  apply: (events: readonly EventEnvelope[]) => Promise<void>;
  /** Least time between two transactions, unless there is more to do than one of them takes. */
  gatherMs: number;
  /** Ends the gathering. */
  stop: AbortSignal;
}

/** What became of a puller's part in a transaction. */
export interface Joined {
  readonly events: readonly EventEnvelope[];
  /** Committed; otherwise nothing was, and the events are the puller's own to apply. */
  readonly applied: boolean;
}

interface Waiting {
  readonly take: () => readonly EventEnvelope[];
  readonly resolve: (joined: Joined) => void;
  readonly reject: (error: unknown) => void;
}

/** The most that one puller puts into a transaction: a larger one would hold up the process's other work. */
export const SHARE_EVENTS = 64;
/** The events of one call come a millisecond or so apart: applied together, nobody sees half of it. */
const CALL_MS = 10;

/**
 * Lets the pullers of a process share transactions. A batch costs a commit and some ten statements whatever it
 * holds, and each puller's alone are small. While one transaction runs the next one gathers; the first event after
 * a quiet time waits only for what its call wrote behind it.
 */
export class JointBatches {
  private waiting: Waiting[] = [];
  private isRunning = false;
  private isBehind = false;
  private notBefore = 0;

  constructor(private readonly options: JointBatchesOptions) {}

  /**
   * Takes part in the next transaction; `take` is called once, when it begins.
   * @throws what `take` throws
   */
  join(take: () => readonly EventEnvelope[]): Promise<Joined> {
    const joined = new Promise<Joined>((resolve, reject) => this.waiting.push({ take, resolve, reject }));
    if (!this.isRunning) void this.run();
    return joined;
  }

  /** Never rejects. */
  private async run(): Promise<void> {
    this.isRunning = true;
    if (!this.isBehind) this.notBefore = Math.max(this.notBefore, Date.now() + CALL_MS);
    while (this.waiting.length > 0) {
      await pause(this.notBefore - Date.now(), this.options.stop);
      const shares = this.waiting.splice(0).flatMap(gather);
      const applied = await this.applyAll(shares.flatMap(({ events }) => events));
      this.isBehind = shares.some(({ events }) => events.length >= SHARE_EVENTS);
      this.notBefore = this.isBehind ? 0 : Date.now() + this.options.gatherMs;
      for (const { events, resolve } of shares) resolve({ events, applied });
    }
    this.isRunning = false;
  }

  private async applyAll(events: readonly EventEnvelope[]): Promise<boolean> {
    if (events.length === 0) return true;
    try {
      await this.options.apply(events);
      return true;
    } catch {
      // one event may spoil all: each puller finds its own
      return false;
    }
  }
}

function gather({ take, resolve, reject }: Waiting): (Pick<Joined, 'events'> & Pick<Waiting, 'resolve'>)[] {
  try {
    return [{ events: take(), resolve }];
  } catch (error) {
    reject(error);
    return [];
  }
}
