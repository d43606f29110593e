import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startService, type RunningService } from '@baize/testing';
import type { Form } from './registration-form';

const names = ['GAMSTOP', 'OASIS', 'Spelpaus'] as const;
type Register = (typeof names)[number];

/** The national registers as the sandbox plays them, in a process of its own. */
export class RegistersUnderTest {
  private constructor(
    private readonly sandbox: RunningService,
    private readonly url: string,
    private readonly folder: string,
    private readonly apiKey: string,
  ) {}

  static async start(): Promise<RegistersUnderTest> {
    const folder = mkdtempSync(join(tmpdir(), 'registers-'));
    const apiKey = randomUUID();
    const file = join(folder, 'sandbox.json');
    const registers = Object.fromEntries(names.map((name) => [name, { apiKey }]));
    writeFileSync(file, JSON.stringify({ gatewayUrl: 'http://127.0.0.1:1', registers }), { mode: 0o600 });
    const port = String(await freePort());
    const sandbox = await startService('sandbox', { SANDBOX_CONFIG: file, SANDBOX_PORT: port }, 90_000);
    return new RegistersUnderTest(sandbox, `http://127.0.0.1:${port}`, folder, apiKey);
  }

  /** Value of NATIONAL_REGISTERS with these connected. */
  configuration(...connected: Register[]): string {
    const registers = connected.map((name) => [
      name,
      { url: `${this.url}/registers/${name}/v2`, apiKey: this.apiKey },
    ]);
    return JSON.stringify(Object.fromEntries(registers));
  }

  /** Puts somebody into a register, by name and date of birth, or as an entry with this contact data. */
  put(
    register: Register,
    { firstName, lastName, dateOfBirth }: Form,
    state: 'excluded' | 'removed' | 'unknown',
    contacts: { email?: string; postcode?: string } = {},
  ): Promise<void> {
    return this.control(register, { person: { firstName, lastName, dateOfBirth, ...contacts }, state });
  }

  /** What the next answers are like. */
  fail(register: Register, fault: 'none' | 'error' | 'silence' | 'garbage', times = 1): Promise<void> {
    return this.control(register, { fault, times });
  }

  async stop(): Promise<void> {
    await this.sandbox.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async control(register: Register, wish: object): Promise<void> {
    const answer = await fetch(`${this.url}/control/registers/${register}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(wish),
    });
    if (answer.status !== 204) throw new Error(`the sandbox answered ${answer.status}`);
  }
}
