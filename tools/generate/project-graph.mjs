// @ts-check
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quietly } from '../stack/install.mjs';
import { root } from '../servers/root.cjs';

/** @typedef {{ nodes: Record<string, { data: { tags: string[] } }>, dependencies: Record<string, { target: string }[]> }} Graph */

/** Who imports whom, as Nx sees it, tests included. @returns {Promise<Record<string, string>>} */
export async function graphFiles() {
  const folder = mkdtempSync(join(tmpdir(), 'baize-graph-'));
  try {
    const file = join(folder, 'graph.json');
    const nx = join(root, 'node_modules/.bin/nx');
    await quietly(process.execPath, [nx, 'graph', `--file=${file}`], { ...process.env, NX_DAEMON: 'false' });
    /** @type {{ graph: Graph }} */
    const { graph } = JSON.parse(readFileSync(file, 'utf8'));
    return { 'project-graph.md': asMarkdown(graph) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {Graph} graph */
function asMarkdown({ nodes, dependencies }) {
  const names = Object.keys(nodes).sort();
  const isApp = (/** @type {string} */ name) => nodes[name]?.data.tags.some((tag) => tag.startsWith('app:'));
  // Every project's tests use the testing lib: those lines would hide the others.
  const lines = names.flatMap((name) =>
    [...new Set((dependencies[name] ?? []).map(({ target }) => target))]
      .filter((target) => target in nodes && target !== 'testing')
      .sort()
      .map((target) => `  ${name} --> ${target}`),
  );
  return [
    '# Projects',
    '',
    'Who imports whom. Every project may use `testing` in its tests.',
    '',
    '```mermaid',
    'flowchart TD',
    ...names.map((name) => (isApp(name) ? `  ${name}[${name}]` : `  ${name}([${name}])`)),
    ...lines,
    '```',
    '',
  ].join('\n');
}
