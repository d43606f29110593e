import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort, startProcess, type RunningProcess } from '@baize/testing';
import type { StackFile } from '../src/play/stack-file';

const root = resolve(__dirname, '../../..');

export interface SandboxRun {
  readonly output: () => string;
  readonly exited: Promise<number | null>;
}

/** The whole platform as `npm start` runs it, in a folder of its own. */
export class RunningStack {
  private constructor(
    readonly folder: string,
    private readonly launcher: RunningProcess,
  ) {}

  static async start(env: Readonly<Record<string, string>> = {}): Promise<RunningStack> {
    const folder = mkdtempSync(join(tmpdir(), 'baize-sandbox-e2e-'));
    const launcher = await startProcess({
      args: ['tools/start.mjs'],
      env: { ...env, STACK_DIR: folder, GATEWAY_PORT: String(await freePort()) },
      ready: (output) => /^ready http/m.test(output),
      timeoutMs: 180_000,
    });
    return new RunningStack(folder, launcher);
  }

  get file(): string {
    return join(this.folder, 'demo.json');
  }
  read(): StackFile {
    return JSON.parse(readFileSync(this.file, 'utf8')) as StackFile;
  }

  /** A command of `npm run wallet`. */
  wallet(...args: string[]): { status: number | null; stdout: string } {
    const env = { ...process.env, STACK_DIR: this.folder };
    return spawnSync(process.execPath, ['tools/wallet.mjs', ...args], { cwd: root, env, encoding: 'utf8' });
  }

  async stop(): Promise<void> {
    await this.launcher.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The process of a service of this stack, by its command line and its parent. */
  pidOf(service: string): number | undefined {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .find((pid) => {
        try {
          const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
          if (!command.includes(`apps/${service}/`) || !command.includes('node')) return false;
          return readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[3] === String(this.launcher.pid);
        } catch {
          return false;
        }
      });
  }

  /** SIGKILL; the launcher starts it again. */
  kill(service: string): number {
    const victim = this.pidOf(service);
    if (victim === undefined) throw new Error(`${service} was not found`);
    process.kill(victim, 'SIGKILL');
    return victim;
  }
}

/** Runs a command of the sandbox as a process. */
export function runSandbox(args: readonly string[]): SandboxRun {
  const child = spawn(process.execPath, ['apps/sandbox/dist/main.js', ...args], { cwd: root });
  let output = '';
  const collect = (chunk: Buffer): void => void (output += chunk.toString());
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return { output: () => output, exited: new Promise((done) => child.once('close', done)) };
}
