import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { endProcess, isAlive, signalProcess, waitFor } from '../../../tools/servers/processes.cjs';
import { freePort } from './ports';

const root = resolve(__dirname, '../../..');
const maxOutputBytes = 1_000_000;

/** What to start and how to know that it is ready. */
export interface ProcessOptions {
  /** Arguments of node, the script first; relative to the repository. */
  args: string[];
  env?: Record<string, string>;
  /** Asked again and again with the output so far until it is true; a throw counts as not yet. */
  ready: (output: string) => boolean | Promise<boolean>;
  /** Bound of the start; 90,000 when left out. */
  timeoutMs?: number;
}

/** A started process. */
export interface RunningProcess {
  readonly pid: number;
  /** Exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  /** Standard output and error so far. */
  output(): string;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, then SIGKILL after 20 s. */
  stop(): Promise<number | null>;
  /** SIGKILL. */
  kill(): Promise<void>;
}

/** A started service of this repository. */
export interface RunningService extends RunningProcess {
  /** Where it serves health and metrics. */
  readonly healthUrl: string;
}

/** Starts a node process from the repository's root and waits until it is ready. */
export async function startProcess(options: ProcessOptions): Promise<RunningProcess> {
  const { args, env, ready, timeoutMs = 90_000 } = options;
  let output = '';
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: childEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const collect = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-maxOutputBytes);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const exited = new Promise<number | null>((done) => {
    child.once('close', done);
  });
  const pid = child.pid ?? 0;
  try {
    await waitFor(() => !isAlive(pid) || ready(output), {
      timeoutMs,
      what: `the start of ${args.join(' ')}`,
    });
    if (!isAlive(pid)) throw new Error('it ended');
  } catch (error) {
    await endProcess(pid, { signal: 'SIGKILL' });
    throw new Error(`${args.join(' ')} did not get ready:\n${output}`, { cause: error });
  }
  return {
    pid,
    exited,
    output: () => output,
    signal: (signal) => {
      signalProcess(pid, signal);
    },
    stop: async () => {
      if (isAlive(pid)) await endProcess(pid, { timeoutMs: 20_000 });
      return exited;
    },
    kill: () => endProcess(pid, { signal: 'SIGKILL' }),
  };
}

/** Of every service that a test starts without caring who signs its audit log. */
const testAuditKey = Buffer.alloc(32, 'audit').toString('base64');

// Variables of the jest worker that would change how a service behaves.
function childEnvironment(env: Record<string, string> = {}): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _options, JEST_WORKER_ID: _worker, NODE_ENV: _mode, ...inherited } = process.env;
  return { ...inherited, NODE_ENV: 'production', LOG_LEVEL: 'info', AUDIT_SIGNING_KEY: testAuditKey, ...env };
}

/**
 * Starts `apps/<name>` as its own process and waits until `/health/ready` answers 200. `HTTP_PORT` is a free port
 * unless `env` names one. The service must have been built (`npm run build`).
 */
export async function startService(
  name: string,
  env: Record<string, string>,
  timeoutMs?: number,
): Promise<RunningService> {
  const args = [serviceScript(name)];
  for (let tries = 1; ; tries += 1) {
    const port = env.HTTP_PORT ?? String(await freePort());
    const healthUrl = `http://127.0.0.1:${port}`;
    const ready = async () => (await fetch(`${healthUrl}/health/ready`)).ok;
    try {
      const started = await startProcess({ args, env: { ...env, HTTP_PORT: port }, ready, timeoutMs });
      return Object.assign(started, { healthUrl });
    } catch (error) {
      // another program took the port before the service did
      const isTaken = String(error).includes('EADDRINUSE');
      if (env.HTTP_PORT !== undefined || !isTaken || tries === 3) throw error;
    }
  }
}

/** Runs the migrations of `apps/<name>` against `DATABASE_URL` of `env`. */
export function migrateService(name: string, env: Record<string, string>): void {
  const done = spawnSync(process.execPath, [serviceScript(name), 'migrate'], {
    cwd: root,
    env: childEnvironment(env),
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (done.status !== 0) throw new Error(`the migrations of ${name} failed:\n${done.stdout}${done.stderr}`);
}

function serviceScript(name: string): string {
  const script = join('apps', name, 'dist', 'main.js');
  if (!existsSync(join(root, script))) throw new Error(`${script} is not built: run npm run build`);
  return script;
}
