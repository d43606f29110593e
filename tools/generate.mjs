// @ts-check
/**
 * Writes docs/generated from what is built: the public documents, the events' schemas, the databases' schemas and the
 * project graph. With --check it only compares, and fails on a difference.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { databaseFiles } from './generate/databases.mjs';
import { documentFiles } from './generate/documents.mjs';
import { graphFiles } from './generate/project-graph.mjs';
import { root } from './servers/root.cjs';

const folder = join(root, 'docs/generated');

/** @typedef {Record<string, string>} Files text by path below docs/generated */

/** @returns {Promise<Files>} */
async function generate() {
  const [databases, graph] = await Promise.all([databaseFiles(), graphFiles()]);
  return { ...documentFiles(), ...databases, ...graph };
}

/** @returns {Files} */
function committed() {
  if (!existsSync(folder)) return {};
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Object.fromEntries(names.map((name) => [name.slice(folder.length + 1), readFileSync(name, 'utf8')]));
}

const files = await generate();
if (process.argv.includes('--check')) {
  const present = committed();
  const names = [...new Set([...Object.keys(files), ...Object.keys(present)])];
  const different = names.filter((name) => files[name] !== present[name]).sort();
  for (const name of different) process.stdout.write(`docs/generated/${name} is not what the code says\n`);
  if (different.length > 0) process.stdout.write('run npm run generate and commit the result\n');
  process.exitCode = different.length > 0 ? 1 : 0;
} else {
  rmSync(folder, { recursive: true, force: true });
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  process.stdout.write(`wrote ${Object.keys(files).length} files to docs/generated\n`);
}
