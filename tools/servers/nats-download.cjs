// @ts-check
'use strict';
const { spawnSync } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');

/** @typedef {{ uri: string, options: string, suites: string[], components: string[] }} Source */

const aptFolder = '/etc/apt';
/** Releases whose nats-server is new enough, oldest first; bookworm has 2.9. */
const suites = ['trixie', 'forky', 'sid'];
const olderSuites = ['bullseye', 'bookworm', 'stable', 'oldstable', 'testing', 'unstable'];

/** One-line entries: `deb [options] uri suite component...`. @param {string} text @returns {Source[]} */
function parseOneLine(text) {
  return text.split('\n').flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+([^#]+)/.exec(line);
    if (!match?.[2] || !match[3] || !match[4]) return [];
    return [
      {
        uri: match[2],
        options: match[1]?.trim() ?? '',
        suites: [match[3]],
        components: match[4].trim().split(/\s+/),
      },
    ];
  });
}

/** Deb822 stanzas. @param {string} text @returns {Source[]} */
function parseStanzas(text) {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const unfolded = stanza.replace(/^#.*\n?/gm, '').replace(/\n[ \t]+/g, ' ');
    /** @param {string} name */
    const field = (name) => new RegExp(`^${name}:[ \\t]*(.*)$`, 'im').exec(unfolded)?.[1]?.trim() ?? '';
    const types = field('Types').split(/\s+/);
    if (!types.includes('deb') || /^(no|false)$/i.test(field('Enabled'))) return [];
    const key = field('Signed-By');
    // A key written into the stanza itself cannot be put on one line; apt's trusted keys are used then.
    const options = key.startsWith('/') ? `signed-by=${key}` : '';
    const rest = {
      options,
      suites: field('Suites').split(/\s+/),
      components: field('Components').split(/\s+/),
    };
    return field('URIs')
      .split(/\s+/)
      .filter(Boolean)
      .map((uri) => ({ uri, ...rest }));
  });
}

/**
 * The archives that this machine already trusts for Debian itself: not its security or third-party ones.
 * @returns {Source[]}
 */
function debianSources() {
  const parts = path.join(aptFolder, 'sources.list.d');
  const files = [
    path.join(aptFolder, 'sources.list'),
    ...(fs.existsSync(parts) ? fs.readdirSync(parts).map((name) => path.join(parts, name)) : []),
  ].filter((file) => fs.existsSync(file));
  const known = [...suites, ...olderSuites];
  return files
    .flatMap((file) => {
      const text = fs.readFileSync(file, 'utf8');
      if (file.endsWith('.sources')) return parseStanzas(text);
      return file.endsWith('.list') ? parseOneLine(text) : [];
    })
    .filter(
      (source) =>
        source.components.includes('main') &&
        source.suites.some((suite) => known.includes(suite.replace(/\/$/, ''))),
    );
}

/**
 * Fetches nats-server with apt, as any user: apt checks the archive's signature against the machine's own keyring,
 * and works on state folders of its own, so that the machine's package lists stay as they are.
 * @param {(binary: string) => boolean} isNewEnough
 * @param {string} target file to write
 * @returns {string[]} why it failed, empty when `target` is there
 */
function downloadNatsServer(isNewEnough, target) {
  const sources = debianSources();
  if (sources.length === 0) return ['no Debian archive in the apt sources of this machine'];
  /** @type {string[]} */
  const problems = [];
  for (const suite of suites) {
    const work = fs.mkdtempSync(path.join(os.tmpdir(), 'baize-apt-'));
    try {
      const binary = fetchFrom(sources, suite, work);
      if (isNewEnough(binary)) {
        fs.mkdirSync(path.dirname(target), { recursive: true });
        fs.copyFileSync(binary, `${target}.partial`);
        fs.chmodSync(`${target}.partial`, 0o755);
        fs.renameSync(`${target}.partial`, target);
        return [];
      }
      problems.push(`${suite}: too old`);
    } catch (error) {
      problems.push(`${suite}: ${/** @type {Error} */ (error).message}`);
    } finally {
      fs.rmSync(work, { recursive: true, force: true });
    }
  }
  return problems;
}

/** @param {Source[]} sources @param {string} suite @param {string} work @returns {string} the unpacked binary */
function fetchFrom(sources, suite, work) {
  for (const folder of ['state/lists/partial', 'cache/archives/partial', 'package', 'unpacked']) {
    fs.mkdirSync(path.join(work, folder), { recursive: true });
  }
  const list = path.join(work, 'sources.list');
  const lines = sources.map(
    ({ uri, options }) => `deb ${options ? `[${options}] ` : ''}${uri} ${suite} main`,
  );
  fs.writeFileSync(list, `${[...new Set(lines)].join('\n')}\n`);
  fs.writeFileSync(path.join(work, 'state/status'), '');
  const settings = {
    'Dir::State': path.join(work, 'state'),
    'Dir::State::status': path.join(work, 'state/status'),
    'Dir::Cache': path.join(work, 'cache'),
    'Dir::Etc::sourcelist': list,
    'Dir::Etc::sourceparts': '/dev/null',
    'APT::Sandbox::User': os.userInfo().username,
    'Acquire::Languages': 'none',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled': 'false',
    'Acquire::Retries': '2',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  run('apt-get', ['-qq', ...options, 'update'], work);
  run('apt-get', ['-qq', ...options, 'download', 'nats-server'], path.join(work, 'package'));
  const archive = fs.readdirSync(path.join(work, 'package')).find((name) => name.endsWith('.deb'));
  if (!archive) throw new Error('apt-get downloaded nothing');
  run('dpkg', ['-x', path.join(work, 'package', archive), path.join(work, 'unpacked')], work);
  const binary = ['usr/sbin', 'usr/bin']
    .map((folder) => path.join(work, 'unpacked', folder, 'nats-server'))
    .find((file) => fs.existsSync(file));
  if (!binary) throw new Error('the package holds no nats-server');
  return binary;
}

/** @param {string} command @param {string[]} args @param {string} cwd */
function run(command, args, cwd) {
  const done = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    timeout: 90_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (done.status === 0) return;
  const reason =
    done.error?.message ?? (done.stderr.trim().split('\n').pop() || `ended with ${String(done.status)}`);
  throw new Error(`${command}: ${reason}`);
}

module.exports = { downloadNatsServer, parseOneLine, parseStanzas };
