import { createHash, randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';

type MigrationClass = new () => MigrationInterface;

/** A database of one test file on the shared PostgreSQL. */
export interface TestDatabase {
  readonly url: string;
  /** Drops it, ending connections that are still open. */
  drop(): Promise<void>;
}

/** What a test database starts with. */
export interface TestDatabaseOptions {
  /** Migration classes in any order; none gives an empty database. */
  migrations: MigrationClass[];
  /** Told apart from other templates by this name too, e.g. when a migration reads files that differ. */
  template?: string;
  /** Server to make it on; the shared one when left out. */
  serverUrl?: string;
}

function databaseUrl(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

async function withClient<T>(url: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function templateName({ migrations, template = '' }: TestDatabaseOptions): string {
  const hash = createHash('sha256').update(template);
  for (const migration of migrations) hash.update(`\0${migration.name}\0${migration.toString()}`);
  return `template_${hash.digest('hex').slice(0, 24)}`;
}

async function ensureTemplate(
  admin: Client,
  serverUrl: string,
  options: TestDatabaseOptions,
): Promise<string> {
  const name = templateName(options);
  // Workers share the server: the first one migrates the template, the others wait for it.
  await admin.query('select pg_advisory_lock(hashtext($1))', [name]);
  const known = await admin.query('select from pg_database where datname = $1 and datistemplate', [name]);
  if (known.rowCount === 0) {
    await admin.query(`drop database if exists ${name} with (force)`);
    await admin.query(`create database ${name}`);
    const source = new DataSource({
      type: 'postgres',
      url: databaseUrl(serverUrl, name),
      migrations: options.migrations,
      migrationsTransactionMode: 'each',
    });
    await source.initialize();
    try {
      await source.runMigrations();
    } finally {
      await source.destroy();
    }
    await admin.query(`alter database ${name} with is_template true allow_connections false`);
  }
  await admin.query('select pg_advisory_unlock(hashtext($1))', [name]);
  return name;
}

/**
 * A fresh database with the migrations applied, cloned from a template that the run migrates once per set of
 * migrations. Drop it in `afterAll`.
 */
export async function createTestDatabase(options: TestDatabaseOptions): Promise<TestDatabase> {
  const serverUrl = options.serverUrl ?? process.env.BAIZE_TEST_DATABASE_URL;
  if (!serverUrl) {
    throw new Error('no test database: name the file *.int-spec.ts or *.e2e-spec.ts and run it through jest');
  }
  const name = `test_${randomBytes(8).toString('hex')}`;
  await withClient(serverUrl, async (admin) => {
    const template =
      options.migrations.length > 0 ? await ensureTemplate(admin, serverUrl, options) : 'template1';
    await admin.query(`create database ${name} template ${template}`);
  });
  return {
    url: databaseUrl(serverUrl, name),
    drop: () =>
      withClient(serverUrl, async (admin) => {
        await admin.query(`drop database if exists ${name} with (force)`);
      }),
  };
}
