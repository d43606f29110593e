// @ts-check
import { quietly } from './install.mjs';
import pg from 'pg';

/**
 * Makes each service's database when it is missing. On the embedded server every service has a role of its own that
 * owns its database and cannot enter the others'; on a server that was already there the given user owns them.
 * @param {{ adminUrl: string, ownRoles: boolean, names: string[], secret: (name: string) => string }} options
 * @returns {Promise<Record<string, string>>} URL per database
 */
export async function ensureDatabases({ adminUrl, ownRoles, names, secret }) {
  const admin = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 });
  await admin.connect();
  /** @type {Record<string, string>} */
  const urls = {};
  try {
    for (const name of names) {
      const url = new URL(adminUrl);
      url.pathname = `/${name}`;
      if (ownRoles) {
        url.username = name;
        url.password = secret(`database-${name}`);
        await ensureRole(admin, name, url.password);
      }
      const found = await admin.query('select from pg_database where datname = $1', [name]);
      if (found.rowCount === 0) {
        await admin.query(`create database "${name}"${ownRoles ? ` owner "${name}"` : ''}`);
        if (ownRoles) await admin.query(`revoke connect on database "${name}" from public`);
      }
      urls[name] = url.href;
    }
  } finally {
    await admin.end();
  }
  return urls;
}

/** @param {import('pg').Client} admin @param {string} name @param {string} password */
async function ensureRole(admin, name, password) {
  const found = await admin.query('select from pg_roles where rolname = $1', [name]);
  const verb = found.rowCount === 0 ? 'create' : 'alter';
  await admin.query(`${verb} role "${name}" login password ${admin.escapeLiteral(password)}`);
}

/** Drops the databases on a server that is not ours to wipe. @param {string} adminUrl @param {string[]} names */
export async function dropDatabases(adminUrl, names) {
  const admin = new pg.Client({ connectionString: adminUrl, connectionTimeoutMillis: 10_000 });
  await admin.connect();
  try {
    for (const name of names) await admin.query(`drop database if exists "${name}" with (force)`);
  } finally {
    await admin.end();
  }
}

/** @param {string} service @param {NodeJS.ProcessEnv} env */
export async function migrate(service, env) {
  await quietly(process.execPath, [`apps/${service}/dist/main.js`, 'migrate'], env);
}
