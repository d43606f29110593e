import { callbackPriorities, type CallbackPriority } from '@baize/contracts';

/** Gives the place back; calling it twice is a mistake. */
export type Leave = () => void;

export interface AdmissionLimits {
  /** Requests in flight at once. */
  maxInFlight: number;
  /** Requests that wait for a place, all classes together. */
  maxQueued: number;
  /** Nobody waits longer. */
  maxWaitMs: number;
}

interface Waiting {
  enter: () => void;
  shed: () => void;
  timer: NodeJS.Timeout;
}

/** Share of the places that each class may fill, so that one is soon free for a more urgent call. */
const shares: Record<CallbackPriority, number> = { settlement: 1, bet: 0.9, read: 0.75 };

/**
 * Bounded concurrency in three classes: settlements before bets before reads. When the queue is full the newest
 * of the least urgent class is shed; a settlement pushes a read out, never the other way round.
 */
export class Admission {
  private inFlight = 0;
  private queued = 0;
  private readonly queues: Record<CallbackPriority, Waiting[]> = { settlement: [], bet: [], read: [] };

  constructor(private readonly limits: AdmissionLimits) {}

  /** Resolves with the way out, or with undefined when the request must be shed. */
  enter(priority: CallbackPriority): Promise<Leave | undefined> | Leave | undefined {
    if (this.hasPlace(priority) && this.queues[priority].length === 0) return this.take();
    if (this.queued >= this.limits.maxQueued && !this.shedBelow(priority)) return undefined;
    return new Promise((resolve) => {
      const waiting: Waiting = {
        enter: () => resolve(this.take()),
        shed: () => resolve(undefined),
        timer: setTimeout(() => this.give(priority, waiting), this.limits.maxWaitMs),
      };
      this.queues[priority].push(waiting);
      this.queued += 1;
    });
  }

  private hasPlace(priority: CallbackPriority): boolean {
    return this.inFlight < Math.max(1, Math.floor(this.limits.maxInFlight * shares[priority]));
  }

  private take(): Leave {
    this.inFlight += 1;
    return () => {
      this.inFlight -= 1;
      for (const priority of callbackPriorities) {
        if (!this.hasPlace(priority)) continue;
        const next = this.queues[priority].shift();
        if (next) return this.release(next, next.enter);
      }
    };
  }

  private shedBelow(priority: CallbackPriority): boolean {
    const lower = callbackPriorities.slice(callbackPriorities.indexOf(priority) + 1).reverse();
    for (const one of lower) {
      const victim = this.queues[one].pop();
      if (!victim) continue;
      this.release(victim, victim.shed);
      return true;
    }
    return false;
  }

  private give(priority: CallbackPriority, waiting: Waiting): void {
    const queue = this.queues[priority];
    queue.splice(queue.indexOf(waiting), 1);
    this.release(waiting, waiting.shed);
  }

  private release(waiting: Waiting, how: () => void): void {
    clearTimeout(waiting.timer);
    this.queued -= 1;
    how();
  }
}
