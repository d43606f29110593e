import { setTimeout as pause } from 'node:timers/promises';
import { Database } from '@baize/persistence';
import { counter, gauge, histogram } from '@baize/runtime';
import { isStake, type PostingUnit } from '../domain/instruction';
import type { Verdict } from '../domain/verdict';
import { classify, isOutOfRange } from './database-errors';
import { postBatch } from './post-batch';
import { PostingQueue, type Pending } from './posting-queue';

export interface PostingEngineOptions {
  readonly databaseUrl: string;
  /** Calls in flight at once: 2 to 4. Fewer make larger batches. */
  readonly connections?: number;
  readonly maxBatchActions?: number;
  /** Units that may wait; more are turned away at once. */
  readonly maxWaitingUnits?: number;
  /** Called after each commit. */
  readonly onCommit?: () => void;
}

/** Why a unit has no verdict. Whether it was posted is unknown unless the kind says so. */
class PostingFault extends Error {
  constructor(
    readonly kind: 'overloaded' | 'deadline-passed' | 'database' | 'no-lease',
    options?: ErrorOptions,
  ) {
    super(`posting failed: ${kind}`, options);
    this.name = 'PostingFault';
  }
}

// Below the platform's bound of 5 s for any transaction, and below what any provider waits.
const statementTimeoutMs = 900;
// Players: a call has a fixed cost of about a millisecond, so that smaller batches are not worth a second connection.
const smallestShare = 32;
const connectionAttempts = 6;
const conflictAttempts = 4;

const waitingUnits = gauge('wallet_posting_waiting_units', 'Units that wait for a batch');
const batchActions = histogram(
  'wallet_posting_batch_actions',
  'Actions per batch',
  [],
  [1, 4, 16, 64, 128, 256],
);
const batchSeconds = histogram('wallet_posting_batch_seconds', 'Time of one batch from call to commit');
const unleased = counter(
  'wallet_unleased_stakes_total',
  'Units not decided because it was not known for sure whom restrictions forbid what',
);
const retries = counter('wallet_posting_retries_total', 'Batches that were not posted at once', ['reason']);

/**
 * Group commit: while a batch is being committed, requests gather; when a connection is free all of them go out as
 * one call. The commit in flight is the window, there is no timer.
 */
export class PostingEngine {
  private readonly database: Database;
  private readonly queue = new PostingQueue();
  private readonly connections: number;
  private readonly maxBatchActions: number;
  private readonly maxWaitingUnits: number;
  private readonly onCommit: () => void;
  private busy = 0;
  private flushScheduled = false;
  private stopping = false;
  private onIdle: (() => void) | undefined;

  constructor(options: PostingEngineOptions) {
    this.connections = options.connections ?? 2;
    this.maxBatchActions = options.maxBatchActions ?? 256;
    this.maxWaitingUnits = options.maxWaitingUnits ?? 10_000;
    this.onCommit = options.onCommit ?? (() => undefined);
    this.database = new Database({
      url: options.databaseUrl,
      name: 'wallet-posting',
      poolSize: this.connections,
      statementTimeoutMs,
    });
  }

  /**
   * Posts a unit whole or refuses it whole.
   * @throws PostingFault when there is no verdict; asking again with the same keys is safe
   */
  post(unit: PostingUnit, deadlineMs = Infinity): Promise<Verdict> {
    if (this.stopping || this.queue.length >= this.maxWaitingUnits) {
      return Promise.reject(new PostingFault('overloaded'));
    }
    return new Promise((resolve, reject) => {
      this.queue.add({ unit, deadlineMs, resolve, reject });
      waitingUnits.set(this.queue.length);
      this.scheduleFlush();
    });
  }

  /** Posts what waits, then closes the connections. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.busy > 0 || this.queue.length > 0) await new Promise<void>((resolve) => (this.onIdle = resolve));
    await this.database.close();
  }

  private scheduleFlush(): void {
    if (this.flushScheduled || this.busy >= this.connections) return;
    this.flushScheduled = true;
    setImmediate(() => {
      this.flushScheduled = false;
      while (this.mayStartBatch()) void this.runBatch(this.share());
      if (this.busy === 0 && this.queue.length === 0) this.onIdle?.();
    });
  }

  /** While a batch is being committed, fewer than a share wait for the next one: larger batches cost less in all. */
  private mayStartBatch(): boolean {
    if (this.busy === 0) return this.queue.readyPlayers > 0;
    return this.busy < this.connections && this.queue.readyPlayers >= smallestShare;
  }

  /** Players are shared among the free connections: one would otherwise take all and leave the others idle. */
  private share(): number {
    return Math.max(Math.ceil(this.queue.readyPlayers / (this.connections - this.busy)), smallestShare);
  }

  /** Never rejects: every unit of the batch gets its verdict or its fault. */
  private async runBatch(maxPlayers: number): Promise<void> {
    const batch = this.queue.take(this.maxBatchActions, maxPlayers);
    waitingUnits.set(this.queue.length);
    this.busy += 1;
    const startable: Pending[] = [];
    for (const pending of batch) {
      if (isInTime(pending)) startable.push(pending);
      else pending.reject(new PostingFault('deadline-passed'));
    }
    if (startable.length > 0) await this.postAll(startable);
    this.busy -= 1;
    this.queue.release(batch);
    this.scheduleFlush();
  }

  private async postAll(batch: readonly Pending[], attempt = 1): Promise<void> {
    try {
      const verdicts = await this.call(batch.map(({ unit }) => unit));
      batch.forEach((pending, index) => settle(pending, verdicts[index]!));
    } catch (error) {
      const failure = classify(error);
      if (failure === 'fault' || failure === 'lost-connection') {
        failAll(batch, error);
        return;
      }
      if (batch.length > 1) {
        // One bad value, or someone else's lock: halves of halves in order, so that it fails alone.
        retries.inc({ reason: 'split' });
        const middle = batch.length >> 1;
        await this.postAll(batch.slice(0, middle));
        return this.postAll(batch.slice(middle));
      }
      if (failure === 'bad-data') {
        batch[0]!.resolve({
          refused: isOutOfRange(error) ? 'wallet.amount-out-of-range' : 'request.invalid',
        });
        return;
      }
      if (attempt >= conflictAttempts) {
        failAll(batch, error);
        return;
      }
      retries.inc({ reason: 'conflict' });
      return this.postAll(batch, attempt + 1);
    }
  }

  /** Calls the function; a batch whose connection was lost is sent again, the keys make that safe. */
  private async call(units: readonly PostingUnit[]): Promise<Verdict[]> {
    const startedAt = performance.now();
    for (let attempt = 1; ; attempt += 1) {
      try {
        const verdicts = await postBatch(this.database, units);
        batchSeconds.observe((performance.now() - startedAt) / 1_000);
        batchActions.observe(units.reduce((sum, { instructions }) => sum + instructions.length, 0));
        this.onCommit();
        return verdicts;
      } catch (error) {
        if (classify(error) !== 'lost-connection' || attempt >= connectionAttempts) throw error;
        retries.inc({ reason: 'lost-connection' });
        await pause(25 * 2 ** attempt);
      }
    }
  }
}

/** Without a lease nothing was decided: that is a fault to everyone, never an answer that a provider could keep. */
function settle({ resolve, reject }: Pending, verdict: Verdict): void {
  if ('refused' in verdict && verdict.refused === 'wallet.fence-unavailable') {
    unleased.inc();
    reject(new PostingFault('no-lease'));
  } else {
    resolve(verdict);
  }
}

function failAll(batch: readonly Pending[], cause: unknown): void {
  for (const { reject } of batch) reject(new PostingFault('database', { cause }));
}

function isInTime({ unit, deadlineMs }: Pending): boolean {
  return deadlineMs > Date.now() || !isStake(unit);
}
