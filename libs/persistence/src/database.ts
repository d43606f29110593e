import { Client, Pool, TypeOverrides } from 'pg';
import type { ClientBase, ClientConfig } from 'pg';
import { dbOver } from './db';
import type { Db, Statement } from './db';
import { Transactions } from './transactions';

export interface DatabaseOptions {
  url: string;
  /** Default 10. */
  poolSize?: number;
  /** Shown in pg_stat_activity. */
  name?: string;
  /**
   * Default 5 s, the longest that any transaction may take: the outbox horizon is cluster-wide, so one slow
   * transaction delays the events of every service.
   */
  statementTimeoutMs?: number;
}

const MAX_TRANSACTION_MS = 5_000;
const CONNECT_TIMEOUT_MS = 5_000;
const INT8 = 20;

const exactIntegers = new TypeOverrides();
exactIntegers.setTypeParser(INT8, BigInt);

/** A service's database: a pool for the hot paths, transactions, and connections of their own for locks. */
export class Database implements Db {
  readonly pool: Pool;
  readonly transactions: Transactions;
  private readonly config: ClientConfig;
  private readonly direct: Db;

  constructor(options: DatabaseOptions) {
    this.config = {
      connectionString: options.url,
      application_name: options.name,
      types: exactIntegers,
      keepAlive: true,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      statement_timeout: options.statementTimeoutMs ?? MAX_TRANSACTION_MS,
      idle_in_transaction_session_timeout: MAX_TRANSACTION_MS,
    };
    this.pool = new Pool({
      ...this.config,
      max: options.poolSize ?? 10,
      // eslint-disable-next-line @typescript-eslint/no-misused-promises -- pg-pool awaits it, its types lag behind
      onConnect: limitTransactions,
    });
    // an idle connection that the server closes is replaced on the next use; without a listener it would throw
    this.pool.on('error', () => undefined);
    this.direct = dbOver(this.pool);
    this.transactions = new Transactions(this.pool);
  }

  /** One statement in a transaction of its own. */
  query<Row>(statement: string | Statement, params?: readonly unknown[]): Promise<Row[]> {
    return this.direct.query<Row>(statement, params);
  }

  /** A connection outside the pool, for locks that live as long as the session. */
  async session(): Promise<DbSession> {
    const client = new Client(this.config);
    client.on('error', () => undefined);
    await client.connect();
    return new DbSession(client);
  }

  /** Readiness: rejects while the database does not answer. */
  async check(): Promise<void> {
    await this.query('SELECT 1');
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

/** A dedicated connection; closing it (or losing it) releases its advisory locks. */
export class DbSession implements Db {
  private readonly direct: Db;
  private lost = false;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly client: Client) {
    this.direct = dbOver(client);
    client.once('end', () => (this.lost = true));
  }

  /** Runs after the statements before it: a connection does one at a time. */
  query<Row>(statement: string | Statement, params?: readonly unknown[]): Promise<Row[]> {
    const result = this.last.then(() => this.direct.query<Row>(statement, params));
    this.last = result.catch(() => undefined);
    return result;
  }

  /** Calls back once when the connection ends, whoever ended it. */
  onLost(listener: () => void): void {
    if (this.lost) listener();
    else this.client.once('end', listener);
  }

  async close(): Promise<void> {
    if (!this.lost) await this.client.end();
  }
}

/** PostgreSQL 17 and later can bound the whole transaction, not only its statements and its idle time. */
async function limitTransactions(client: ClientBase): Promise<void> {
  await client.query(
    `SELECT set_config('transaction_timeout', '${MAX_TRANSACTION_MS}', false)
     WHERE current_setting('server_version_num')::int >= 170000`,
  );
}
