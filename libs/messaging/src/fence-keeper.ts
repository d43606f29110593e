import { randomUUID } from 'node:crypto';
import {
  fenceAskMs,
  fenceQueries,
  type ApplyRestriction,
  type Result,
  type ServiceName,
} from '@baize/contracts';
import { pause } from './pause';
import type { RequestClient } from './request-client';
import type { Log } from './sql';

/** Where a touchpoint keeps what it knows of restrictions, and the clock that its lease runs on. */
export interface Fence<Moment> {
  /** Now, on that clock. */
  now(): Promise<Moment> | Moment;
  /** Every change up to this sequence is applied. */
  applied(): Promise<number> | number;
  /** Applies changes in the order of their sequence; older epochs than those known change nothing. */
  apply(changes: readonly ApplyRestriction[]): Promise<void> | void;
  /** Everything up to the sequence is applied, and was all there is at some time after the moment. */
  renew(sequence: number, askedAt: Moment): Promise<void> | void;
}

const PAGE = 200;

/**
 * Keeps a touchpoint's lease: asks identity every second for the newest restriction, applies what is missing, and only
 * then renews, counting from the moment that the question was sent. Whatever stops it, the network or the process,
 * lets the lease run out.
 */
export class FenceKeeper<Moment> {
  private readonly process = randomUUID();
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;
  private round: Promise<void> | undefined;
  private isCaughtUp = false;
  private isFailing = false;

  constructor(
    private readonly service: ServiceName,
    private readonly client: Pick<RequestClient, 'call'>,
    private readonly fence: Fence<Moment>,
    private readonly log: Log,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.round;
  }

  /** Readiness: rejects until everything that identity had was applied once. */
  check(): Promise<void> {
    return this.isCaughtUp
      ? Promise.resolve()
      : Promise.reject(new Error('restrictions are not caught up with yet'));
  }

  /** Asks now, for those who have just been told of a change; what is under way is waited for. */
  async ask(): Promise<void> {
    await this.round;
    this.round ??= this.askOnce().finally(() => (this.round = undefined));
    return this.round;
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      await this.ask();
      await pause(fenceAskMs, this.stopping.signal);
    }
  }

  /** Never rejects: what cannot be asked is asked again. */
  private async askOnce(): Promise<void> {
    try {
      const askedAt = await this.fence.now();
      const applied = await this.fence.applied();
      const question = { service: this.service, process: this.process, applied };
      const { sequence } = valueOf(await this.client.call(fenceQueries.askRestrictionSequence, question));
      const reached = await this.catchUp(applied, sequence);
      await this.fence.renew(reached, askedAt);
      this.isCaughtUp = true;
      this.isFailing = false;
      // What it caught up with it has not said yet, and somebody may be waiting for it.
      if (reached > applied) await this.askOnce();
    } catch (error) {
      if (!this.isFailing) this.log.warn({ err: error }, 'the lease on restrictions could not be renewed');
      this.isFailing = true;
    }
  }

  private async catchUp(applied: number, newest: number): Promise<number> {
    let reached = applied;
    while (reached < newest) {
      const question = { after: reached, limit: PAGE };
      const { items } = valueOf(await this.client.call(fenceQueries.listRestrictions, question));
      await this.fence.apply(items);
      // Fewer than asked for: that was all, also of what changed once more and moved behind the sequence.
      reached = items.length < PAGE ? Math.max(newest, items.at(-1)?.sequence ?? 0) : items.at(-1)!.sequence;
    }
    return reached;
  }
}

function valueOf<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(`identity refused: ${result.error.code}`);
}
