import { DataSource } from 'typeorm';
import type { DataSourceOptions, MixedList } from 'typeorm';

export interface DataSourceSettings {
  url: string;
  migrations: Exclude<DataSourceOptions['migrations'], undefined>;
  entities?: MixedList<abstract new () => object>;
  /** Default 3. */
  poolSize?: number;
}

/** A TypeORM data source for migrations and rows; the schema only ever changes through migrations. */
export function createDataSource(settings: DataSourceSettings): DataSource {
  return new DataSource({
    type: 'postgres',
    url: settings.url,
    migrations: settings.migrations,
    entities: (settings.entities ?? []) as DataSourceOptions['entities'],
    poolSize: settings.poolSize ?? 3,
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: false,
  });
}

/**
 * Runs the pending migrations, one transaction each, and answers their names. An advisory lock on a connection
 * of its own makes concurrent starts wait for each other: TypeORM itself does not, and all but one would fail.
 */
export async function migrate(dataSource: DataSource): Promise<string[]> {
  const owned = !dataSource.isInitialized;
  if (owned) await dataSource.initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query(`SELECT pg_advisory_lock(hashtext('baize'), hashtext('migrate'))`);
    const migrations = await dataSource.runMigrations();
    await lock.query(`SELECT pg_advisory_unlock(hashtext('baize'), hashtext('migrate'))`);
    return migrations.map((migration) => migration.name);
  } finally {
    await lock.release();
    if (owned) await dataSource.destroy();
  }
}
