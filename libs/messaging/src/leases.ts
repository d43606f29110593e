import { backOffMs, pause } from './pause';
import type { Sql, SqlDatabase, SqlSession } from './sql';

const BEAT_MS = 2_000;
const STANDBY_MS = 500;
const LOCK_CLASS = `hashtext('baize.leader')`;

export interface LeaseOptions {
  /** A holder that has not beaten for so long is terminated by whoever waits. Default 10 s. */
  silentMs?: number;
}

/**
 * Advisory locks on one connection of their own, with a heart beat. A process that crashed loses them with its
 * connection; one that hangs (stopped, half-open network) is terminated by a standby. What must not outlive the
 * lock is done through {@link query}, on the same connection: it fails once the lock is gone.
 */
export class Leases implements Sql {
  private readonly held = new Set<string>();
  private readonly ended = new AbortController();
  private readonly beating: NodeJS.Timeout;
  private readonly silentMs: number;

  private constructor(
    private readonly session: SqlSession,
    options: LeaseOptions,
  ) {
    this.silentMs = options.silentMs ?? 10_000;
    session.onLost(() => this.end());
    this.beating = setInterval(() => void this.beat(), BEAT_MS);
  }

  static async open(database: SqlDatabase, options: LeaseOptions = {}): Promise<Leases> {
    return new Leases(await database.session(), options);
  }

  /** Aborted when the connection, and with it every lock, is gone. */
  get lost(): AbortSignal {
    return this.ended.signal;
  }

  /** Takes the lock when it is free; otherwise ends a holder that went silent, and answers false. */
  async take(name: string): Promise<boolean> {
    if (this.held.has(name)) return true;
    // lock and first beat are one statement: no holder is ever without a beat that a standby can judge
    const taken = await this.query(
      `INSERT INTO leader (name, pid, beat_at)
       SELECT $1, pg_backend_pid(), clock_timestamp() WHERE pg_try_advisory_lock(${LOCK_CLASS}, hashtext($1))
       ON CONFLICT (name) DO UPDATE SET pid = excluded.pid, beat_at = excluded.beat_at
       RETURNING name`,
      [name],
    );
    if (taken.length > 0) {
      this.held.add(name);
      return true;
    }
    await this.query(
      `SELECT pg_terminate_backend(lock.pid) FROM leader
       JOIN pg_locks lock ON lock.pid = leader.pid AND lock.locktype = 'advisory' AND lock.granted
         AND lock.database = (SELECT oid FROM pg_database WHERE datname = current_database())
         AND lock.classid::bigint = ${LOCK_CLASS}::bigint & 4294967295
         AND lock.objid::bigint = hashtext(leader.name)::bigint & 4294967295
       WHERE leader.name = $1 AND leader.beat_at < clock_timestamp() - $2 * interval '1 millisecond'`,
      [name, this.silentMs],
    );
    return false;
  }

  /** Runs on the connection that holds the locks. */
  query<Row>(...args: Parameters<Sql['query']>): Promise<Row[]> {
    return this.session.query<Row>(...args);
  }

  /** Gives all locks back. */
  async close(): Promise<void> {
    this.end();
    await this.session.close();
  }

  private async beat(): Promise<void> {
    if (this.held.size === 0) return;
    try {
      await this.query(
        `UPDATE leader SET beat_at = clock_timestamp() WHERE name = ANY ($1) AND pid = pg_backend_pid()`,
        [[...this.held]],
      );
    } catch {
      // an unanswered beat means that the locks may be gone: behave as if they were
      await this.close().catch(() => undefined);
    }
  }

  private end(): void {
    clearInterval(this.beating);
    this.held.clear();
    this.ended.abort();
  }
}

export interface LeasedWork extends LeaseOptions {
  /** The lease to work under, unique in the service's database. */
  name: string;
  /** Ends it for good. */
  signal: AbortSignal;
  /** Resolves when the lease is lost or `signal` ends it. */
  work: (leases: Leases) => Promise<void>;
  onFailure: (error: unknown) => void;
}

/** Waits for the lease, works, and starts over with back-off after a failure, until its signal ends it. */
export async function workUnderLease(database: SqlDatabase, leased: LeasedWork): Promise<void> {
  const { name, signal, work, onFailure } = leased;
  const isOver = (): boolean => signal.aborted;
  for (let failures = 0; !isOver();) {
    let leases: Leases | undefined;
    try {
      leases = await Leases.open(database, leased);
      while (!isOver() && !(await leases.take(name))) await pause(STANDBY_MS, signal);
      if (!isOver()) await work(leases);
      failures = 0;
    } catch (error) {
      if (!isOver()) onFailure(error);
      failures += 1;
    } finally {
      await leases?.close().catch(() => undefined);
    }
    await pause(failures === 0 ? 0 : backOffMs(failures), signal);
  }
}
