// @ts-check
import { Demo } from '../stack/demo.mjs';
import { ensureDatabases, migrate } from '../stack/databases.mjs';
import { services } from '../stack/services.mjs';
import { describeSchema } from './schema-text.mjs';
import { startTestServers, stopTestServers } from '../servers/test-servers.cjs';

/** The schema of every service's database, read from the catalogue after its migrations. @returns {Promise<Record<string, string>>} */
export async function databaseFiles() {
  const { BAIZE_TEST_DATABASE_URL: adminUrl = '' } = await startTestServers();
  try {
    const withDatabase = services.flatMap((service) =>
      service.database ? [{ ...service, database: service.database }] : [],
    );
    const names = withDatabase.map(({ database }) => database);
    const secret = (/** @type {string} */ name) => Buffer.alloc(32, name).toString('base64url');
    const urls = await ensureDatabases({ adminUrl, ownRoles: false, names, secret });
    const setting = { demo: new Demo(secret), urls: {}, secret };
    const files = await Promise.all(
      withDatabase.map(async ({ name, database, env }) => {
        const url = urls[database] ?? '';
        // A migration connects to nothing but its database; the rest is there to be a whole configuration.
        const unused = { HTTP_PORT: '1', NATS_URL: 'nats://127.0.0.1:1' };
        await migrate(name, { ...process.env, ...unused, DATABASE_URL: url, ...env?.(setting) });
        return [`database/${name}.txt`, await describeSchema(url)];
      }),
    );
    return Object.fromEntries(files);
  } finally {
    await stopTestServers();
  }
}
