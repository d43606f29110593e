import {
  fenceLeaseMs,
  ok,
  refuse,
  type ApplyRestriction,
  type RestrictedAction,
  type Result,
} from '@baize/contracts';
import type { Fence } from '@baize/messaging';
import { counter } from '@baize/runtime';

interface Denied {
  readonly epoch: number;
  readonly forbids: readonly RestrictedAction[];
}

const unleased = counter(
  'gateway_unleased_requests_total',
  'Requests turned away because it was not known for sure whom restrictions forbid what',
);

/**
 * Whom restrictions forbid what, in memory: it may only deny, so that a restriction holds at the edge before anybody
 * behind it is asked. Every process has its own, with a lease on its own clock, which runs on while the process does not.
 */
export class DenyList implements Fence<number> {
  private readonly denied = new Map<string, Denied>();
  private reached = 0;
  private leasedUntil = -Infinity;

  constructor(private readonly clock: () => number = () => performance.now()) {}

  now(): number {
    return this.clock();
  }

  applied(): number {
    return this.reached;
  }

  apply(changes: readonly ApplyRestriction[]): void {
    for (const { sequence, epoch, players } of changes) {
      for (const { playerId, forbids } of players) {
        // Lifted ones stay with nothing forbidden: an old message would bring them back otherwise.
        if ((this.denied.get(playerId)?.epoch ?? -1) < epoch) this.denied.set(playerId, { epoch, forbids });
      }
      if (sequence === this.reached + 1) this.reached = sequence;
    }
  }

  renew(sequence: number, askedAt: number): void {
    this.reached = Math.max(this.reached, sequence);
    this.leasedUntil = Math.max(this.leasedUntil, askedAt + fenceLeaseMs);
  }

  /** Whether the player may try; who may not is told by those who decide. Without a lease nobody may. */
  admit(playerId: string | undefined, action: RestrictedAction): Result<undefined> {
    if (this.clock() >= this.leasedUntil) {
      unleased.inc();
      return refuse(
        'gateway.fence-unavailable',
        'It cannot be told whether this is allowed at the moment; try again.',
      );
    }
    if (playerId !== undefined && this.denied.get(playerId)?.forbids.includes(action)) {
      return refuse('identity.action-not-allowed', 'A restriction of the player forbids this.', {
        data: { action },
      });
    }
    return ok(undefined);
  }
}
