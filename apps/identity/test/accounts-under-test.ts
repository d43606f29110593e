import { auditQueryOf, type Actor, type AuditEntryDto, type SessionTokens } from '@baize/contracts';
import { loadConfig, type RunningService } from '@baize/runtime';
import { IdentityConfig } from '../src/config';
import { startIdentity } from '../src/service';
import { quietLog, Surroundings, valueOf } from './identity-fixture';
import { Mailbox } from './mailbox';
import type { Form } from './registration-form';

export const brand = 'demo';
/** Of every player who registers in a test. */
export const password = 'correct horse battery';
export const staff: Actor = { kind: 'staff', id: 'ines' };

/** A player of the brand, with what it registered by. */
export interface TestPlayer {
  readonly playerId: string;
  readonly brand: string;
  readonly actor: Actor;
  readonly email: string;
  readonly form: Form;
}

/** Identity with a mailbox for its mails; every account is the test's own. */
export class AccountsUnderTest {
  private constructor(
    readonly around: Surroundings,
    readonly mailbox: Mailbox,
    private readonly environment: Record<string, string>,
    private identity: RunningService,
  ) {}

  static async start(changes: Record<string, string> = {}): Promise<AccountsUnderTest> {
    const [around, mailbox] = await Promise.all([Surroundings.start(), Mailbox.open()]);
    const environment = around.environment({
      ...{ MAIL_URL: mailbox.url, MAIL_TOKEN: 'server-token', MAIL_PAUSE_SECONDS: '0' },
      ...changes,
    });
    return new AccountsUnderTest(around, mailbox, environment, await startedWith(environment));
  }

  readonly call: Surroundings['client']['call'] = (...args) => this.around.client.call(...args);

  async player(changes: Partial<Form> = {}): Promise<TestPlayer> {
    const form = this.around.form(changes);
    const { id: playerId } = await this.around.registered(form);
    return { playerId, brand, actor: { kind: 'player', id: playerId }, email: form.email, form };
  }

  async loggedIn(): Promise<TestPlayer & { tokens: SessionTokens }> {
    const one = await this.player();
    return { ...one, tokens: valueOf(await this.around.login(one.email)) };
  }

  /** The audit log's entries about somebody, newest first. */
  async audited(subject: string): Promise<AuditEntryDto[]> {
    return valueOf(await this.call(auditQueryOf('identity'), { brand, subject, limit: 50 })).items;
  }

  /** Stops the process and starts another one with these changes. */
  async restart(changes: Record<string, string>): Promise<void> {
    await this.identity.stop();
    this.identity = await startedWith({ ...this.environment, ...changes });
  }

  variable(name: string): string {
    return this.environment[name] ?? '';
  }

  async stop(): Promise<void> {
    await this.identity.stop();
    await this.mailbox.close();
    await this.around.stop();
  }
}

function startedWith(environment: Record<string, string>): Promise<RunningService> {
  return startIdentity(loadConfig(IdentityConfig, environment), quietLog());
}

/** Who acts on which account, as messages name it. */
export function actOf({ playerId, actor }: TestPlayer) {
  return { playerId, brand, actor };
}
