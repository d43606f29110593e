import type { Pool, PoolClient } from 'pg';
import { dbOver } from './db';
import type { Db } from './db';

const MAX_ATTEMPTS = 3;
const SERIALIZATION_FAILURE = '40001';
const DEADLOCK = '40P01';

/** Runs work in READ COMMITTED transactions, and reads of one moment. */
export class Transactions {
  private readonly listeners: (() => void)[] = [];

  constructor(private readonly pool: Pool) {}

  /**
   * Commits what `fn` did, or nothing when it throws. Deadlocks and serialization failures are tried again,
   * at most 3 times in all, so `fn` has no effects but those on `db`. A connection lost during COMMIT throws
   * although the work may be done: ask by key.
   */
  async run<T>(fn: (db: Db) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const value = await this.attempt(fn);
        for (const listener of this.listeners) listener();
        return value;
      } catch (error) {
        if (attempt >= MAX_ATTEMPTS || !isRetryable(error)) throw error;
        await pause(attempt * 5 + Math.random() * 10);
      }
    }
  }

  /** What `fn` reads is all of one moment, whatever commits meanwhile; it cannot write. */
  snapshot<T>(fn: (db: Db) => Promise<T>): Promise<T> {
    return this.attempt(fn, 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  }

  /** Called in this process after each commit: wakes the outbox relay. */
  afterCommit(listener: () => void): void {
    this.listeners.push(listener);
  }

  private async attempt<T>(fn: (db: Db) => Promise<T>, begin = 'BEGIN'): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    const onError = (error: Error) => (broken = error);
    client.on('error', onError);
    try {
      await client.query(begin);
      const value = await fn(dbOver(client));
      await client.query('COMMIT');
      return value;
    } catch (error) {
      broken ??= await rollBack(client);
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }
}

async function rollBack(client: PoolClient): Promise<Error | undefined> {
  try {
    await client.query('ROLLBACK');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error('rollback failed');
  }
}

function isRetryable(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return code === SERIALIZATION_FAILURE || code === DEADLOCK;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
