import { isStake, type PostingUnit } from '../domain/instruction';
import type { Verdict } from '../domain/verdict';

/** A unit that waits for its verdict. */
export interface Pending {
  readonly unit: PostingUnit;
  /** After this moment (epoch ms) a stake is not started any more. */
  readonly deadlineMs: number;
  readonly resolve: (verdict: Verdict) => void;
  readonly reject: (fault: Error) => void;
}

interface Lane {
  readonly waiting: Pending[];
  inFlight: boolean;
}

/**
 * Units in order of arrival per player. A player whose units are in flight is not handed out again until they are
 * done: two connections would otherwise overtake each other. Players whose next unit settles (a win, a rollback)
 * are handed out before players who stake, which matters once there is more than fits one batch.
 */
export class PostingQueue {
  private readonly lanes = new Map<string, Lane>();
  private readonly settling: string[] = [];
  private readonly staking: string[] = [];
  private waitingUnits = 0;

  get length(): number {
    return this.waitingUnits;
  }

  /** Players who can be handed out now. */
  get readyPlayers(): number {
    return this.settling.length + this.staking.length;
  }

  add(pending: Pending): void {
    const { playerId } = pending.unit;
    let lane = this.lanes.get(playerId);
    if (!lane) {
      lane = { waiting: [], inFlight: false };
      this.lanes.set(playerId, lane);
    }
    lane.waiting.push(pending);
    this.waitingUnits += 1;
    if (lane.waiting.length === 1 && !lane.inFlight) this.offer(playerId, pending);
  }

  /** Takes whole units of at most so many actions and players; at least one unit when any is ready. */
  take(maxActions: number, maxPlayers = Infinity): Pending[] {
    const batch: Pending[] = [];
    let room = maxActions;
    let players = maxPlayers;
    for (const ready of [this.settling, this.staking]) {
      while (room > 0 && players > 0 && ready.length > 0) {
        const lane = this.lanes.get(ready[0]!)!;
        const taken = takeFitting(lane.waiting, room, batch.length === 0);
        if (taken.length === 0) return batch;
        ready.shift();
        lane.inFlight = true;
        batch.push(...taken);
        room -= taken.reduce((sum, { unit }) => sum + unit.instructions.length, 0);
        players -= 1;
        this.waitingUnits -= taken.length;
      }
    }
    return batch;
  }

  /** The units of a batch have their verdicts: their players may be handed out again. */
  release(batch: readonly Pending[]): void {
    for (const playerId of new Set(batch.map(({ unit }) => unit.playerId))) {
      const lane = this.lanes.get(playerId)!;
      lane.inFlight = false;
      const next = lane.waiting[0];
      if (next) this.offer(playerId, next);
      else this.lanes.delete(playerId);
    }
  }

  private offer(playerId: string, next: Pending): void {
    (isStake(next.unit) ? this.staking : this.settling).push(playerId);
  }
}

/** Removes from the front what fits; the very first unit of a batch always does. */
function takeFitting(waiting: Pending[], room: number, first: boolean): Pending[] {
  let count = 0;
  let left = room;
  for (const { unit } of waiting) {
    const size = unit.instructions.length;
    if (size > left && !(first && count === 0)) break;
    left -= size;
    count += 1;
  }
  return waiting.splice(0, count);
}
