import { Client } from 'pg';
import type { Benchmark } from '../frame/benchmark';
import type { Reading } from './readings';

const sql = `
SELECT (SELECT sum(xact_commit) FROM pg_stat_database)::float8 AS commits,
  (SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal')::float8 AS "WAL syncs"`;

/** What PostgreSQL counts of its own work, of all databases. */
export class ServerWork {
  private constructor(private readonly client: Client) {}

  static async connect(benchmark: Benchmark, url: string): Promise<ServerWork> {
    const client = new Client({ connectionString: url });
    await client.connect();
    benchmark.atEnd(() => client.end());
    return new ServerWork(client);
  }

  async read(): Promise<Reading> {
    const { rows } = await this.client.query<Record<string, number>>(sql);
    return rows[0] ?? {};
  }
}
