import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { inboxSql, outboxSql } from './outbox';

export type MigrationClass = new () => MigrationInterface;

// TypeORM orders and records migrations by the 13-digit timestamp that ends their names.
const firstTimestamp = 1_767_225_600_000;

/**
 * The migrations of a service: the tables of the outbox and the inbox, those of other libraries by name, then the
 * reviewed `NNNN-name.sql` files of the folder in the order of their numbers. There is no way down: what was wrong is
 * mended by a new migration.
 */
export function sqlMigrations(
  folder: string,
  libraries: Readonly<Record<string, string>> = {},
): MigrationClass[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.sql'));
  return [
    // Before the outbox by number, because 0001 follows it at once; they do not know each other.
    ...Object.entries(libraries).map(([name, sql], index) => sqlMigration(name, -1 - index, () => sql)),
    sqlMigration('messages', 0, () => outboxSql + inboxSql),
    ...files.sort().map((file) => {
      const [, number, name] = /^(\d{4})-([a-z0-9-]+)\.sql$/.exec(file) ?? [];
      if (!number || !name) throw new Error(`${join(folder, file)} is not named like 0001-what-it-does.sql`);
      return sqlMigration(name, Number(number), () => readFileSync(join(folder, file), 'utf8'));
    }),
  ];
}

function sqlMigration(name: string, number: number, sql: () => string): MigrationClass {
  class SqlMigration implements MigrationInterface {
    async up(runner: QueryRunner): Promise<void> {
      await runner.query(sql());
    }

    down(): Promise<void> {
      return Promise.reject(new Error('migrations go forward only: write a new one'));
    }
  }
  Object.defineProperty(SqlMigration, 'name', { value: `${name}-${firstTimestamp + number}` });
  return SqlMigration;
}

/**
 * Runs the pending migrations, one transaction each, and answers their names. An advisory lock on a connection
 * of its own makes concurrent starts wait for each other: TypeORM itself does not, and all but one would fail.
 */
export async function migrate(url: string, migrations: MigrationClass[]): Promise<string[]> {
  // Loaded here, because it costs every running service more than 20 MB and none of them needs it.
  const { DataSource } = await import('typeorm');
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    migrations,
    poolSize: 2,
    migrationsTransactionMode: 'each',
    synchronize: false,
  });
  await dataSource.initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query(`SELECT pg_advisory_lock(hashtext('baize'), hashtext('migrate'))`);
    const applied = await dataSource.runMigrations();
    await lock.query(`SELECT pg_advisory_unlock(hashtext('baize'), hashtext('migrate'))`);
    return applied.map((migration) => migration.name);
  } finally {
    await lock.release();
    await dataSource.destroy();
  }
}
