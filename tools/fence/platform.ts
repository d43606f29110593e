import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { RequestContract, Result } from '@baize/contracts';
import { connectBroker, RequestClient, ServiceFault } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { startNatsServer, waitFor, type PrivateServer } from '@baize/testing';
import type { NatsConnection } from 'nats';
import { Agent, request } from 'undici';
import { RunningStack } from '../../apps/sandbox/test/running-stack';
import type { KycAccess } from '../../apps/sandbox/src/kyc/vendor';
import type { StackFile } from '../../apps/sandbox/src/play/stack-file';
import type { PspAccess } from '../../apps/sandbox/src/psps/wire';

const withDatabase = ['identity', 'wallet', 'game-sessions'] as const;
type DatabaseName = (typeof withDatabase)[number];

/** What `npm start` leaves for clients, as far as it is used here. */
interface DemoFile extends StackFile {
  readonly sandboxUrl: string;
  readonly databases: Readonly<Record<DatabaseName, string>>;
  readonly metrics: Readonly<Record<string, string>>;
  readonly mail: { readonly url: string; readonly token: string };
  readonly kyc: Readonly<Record<string, KycAccess | undefined>>;
  readonly psps: Readonly<Record<string, PspAccess | undefined>>;
  readonly staff: readonly {
    readonly login: string;
    readonly password: string;
    readonly totpSecret: string;
  }[];
  readonly games: readonly {
    readonly id: string;
    readonly provider: string;
    readonly providerGameId: string;
  }[];
}

/** Who calls the public API: a machine client by its name, a player or a person of the back office by token, or a web page. */
export type Way = { readonly client: string } | { readonly token: string } | 'browser';

export interface Answer {
  readonly status: number;
  /** The JSON that was answered; empty when there was none. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** Where calls come from, and what they say that they are. */
interface Caller {
  /** An address of this machine. */
  readonly address?: string;
  readonly userAgent?: string;
}

interface PlatformOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Gets the broker before any service runs. */
  readonly prepare?: (broker: NatsConnection) => void;
  readonly caller?: Caller;
}

/**
 * The whole platform as `npm start` runs it, a process per service, on a broker without users: a test may listen to
 * everything, and ask in any service's name.
 */
export class Platform {
  /** For what is asked once; see `ask`. */
  readonly client: RequestClient;
  readonly databases: Readonly<Record<DatabaseName, Database>>;
  private readonly agent: Agent;
  private readonly tokens = new Map<string, Promise<string>>();

  private constructor(
    readonly stack: RunningStack,
    readonly demo: DemoFile,
    readonly broker: NatsConnection,
    private readonly parts: { readonly nats: PrivateServer; readonly caller: Caller },
  ) {
    const { address } = parts.caller;
    this.agent = new Agent(address === undefined ? {} : { localAddress: address });
    this.client = new RequestClient(broker);
    const entries = withDatabase.map(
      (name) => [name, new Database({ url: demo.databases[name], poolSize: 2 })] as const,
    );
    this.databases = Object.fromEntries(entries) as Record<DatabaseName, Database>;
  }

  static async start({ env, prepare, caller = {} }: PlatformOptions = {}): Promise<Platform> {
    const nats = await startNatsServer();
    const broker = await connectBroker({ url: nats.url, user: 'test', name: 'test' });
    try {
      prepare?.(broker);
      const stack = await RunningStack.start({ ...env, NATS_URL: nats.url });
      const demo = JSON.parse(readFileSync(stack.file, 'utf8')) as DemoFile;
      return new Platform(stack, demo, broker, { nats, caller });
    } catch (error) {
      await broker.close();
      await nats.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    await Promise.all(Object.values(this.databases).map((database) => database.close()));
    await this.stack.stop();
    this.client.close();
    await this.broker.close();
    await this.parts.nats.stop();
    await this.agent.close();
  }

  /** One call of the public API; every POST has a key of its own. */
  async call(way: Way, method: string, path: string, body?: object): Promise<Answer> {
    const headers = {
      ...(await this.credentials(way)),
      ...(method === 'POST' && { 'idempotency-key': randomUUID() }),
      ...(body && { 'content-type': 'application/json' }),
    };
    const text = body && JSON.stringify(body);
    return untilDefinite(
      () => this.send(method, path, headers, text),
      ({ status }) => status < 500,
    );
  }

  /** Exactly these bytes with these headers, once. */
  async send(
    method: string,
    path: string,
    headers: Readonly<Record<string, string>>,
    body?: string,
  ): Promise<Answer> {
    const { userAgent } = this.parts.caller;
    const answer = await request(new URL(path, this.demo.gatewayUrl), {
      ...{ method: method, dispatcher: this.agent, body: body ?? null },
      headers: { ...headers, ...(userAgent !== undefined && { 'user-agent': userAgent }) },
    });
    const said = await answer.body.text();
    const isJson = said.startsWith('{');
    return {
      status: answer.statusCode,
      body: isJson ? (JSON.parse(said) as Record<string, unknown>) : {},
    };
  }

  /** Asks in the name of a service. */
  ask<Req extends object, Rep extends object>(
    contract: RequestContract<Req, Rep>,
    request: Req,
  ): Promise<Result<Rep>> {
    const isDefinite = (answer: Result<Rep>) =>
      answer.ok || !['wallet.fence-unavailable', 'idempotency.in-progress'].includes(answer.error.code);
    return untilDefinite(() => this.client.call(contract, request), isDefinite);
  }

  /** The same, for what must succeed. */
  async done(way: Way, method: string, path: string, body?: object): Promise<Answer['body']> {
    const answer = await this.call(way, method, path, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** A page of the sandbox, such as a PSP's or a KYC vendor's. */
  async sandbox(path: string, body: object): Promise<void> {
    const url = new URL(path, this.demo.sandboxUrl);
    const init = { method: 'POST', headers: { 'content-type': 'application/json' } };
    const answer = await fetch(url, { ...init, body: JSON.stringify(body) });
    if (!answer.ok)
      throw new Error(`${url.pathname} of the sandbox: ${answer.status} ${await answer.text()}`);
  }

  /** The token in the newest mail of a kind to an address. */
  async mailedToken(address: string, tag: string): Promise<string> {
    const { url, token } = this.demo.mail;
    const asked = `${url}/mails?to=${encodeURIComponent(address)}`;
    const look = async () => {
      const answer = await fetch(asked, { headers: { 'x-postmark-server-token': token } });
      const { items } = (await answer.json()) as { items: { Tag: string; TextBody: string }[] };
      const mail = items.find(({ Tag }) => Tag === tag);
      return /#token=([A-Za-z0-9_-]{43})\n/.exec(mail?.TextBody ?? '')?.[1] ?? '';
    };
    return waitFor(look, { what: `the mail ${tag}` });
  }

  /** The headers by which a caller is known. */
  async credentials(way: Way): Promise<Record<string, string>> {
    if (way === 'browser') return { 'baize-client': 'demo-web', origin: this.demo.gatewayUrl };
    if ('token' in way) return { authorization: `Bearer ${way.token}` };
    const known = this.tokens.get(way.client) ?? this.issueToken(way.client);
    this.tokens.set(way.client, known);
    return { authorization: `Bearer ${await known}` };
  }

  private async issueToken(name: string): Promise<string> {
    const client = this.demo.clients.find((one) => one.name === name);
    if (!client) throw new Error(`the demo has no client ${name}`);
    const { clientId: client_id, clientSecret: client_secret } = client;
    const body = new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret });
    const answer = await fetch(new URL('/oauth/token', this.demo.gatewayUrl), { method: 'POST', body });
    if (!answer.ok) throw new Error(`no token for ${name}: ${answer.status}`);
    return ((await answer.json()) as { access_token: string }).access_token;
  }
}

const patienceMs = 30_000;

/**
 * Says the same again while there is no definite answer: on a machine with other work a lease may run out, and what
 * happens then is no verdict.
 */
export async function untilDefinite<T>(
  say: () => Promise<T>,
  isDefinite: (answer: T) => boolean,
): Promise<T> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const isLast = Date.now() > until;
    const answer = await say().catch((error: unknown) => {
      if (isLast || !(error instanceof ServiceFault)) throw error;
      return undefined;
    });
    if (answer !== undefined && (isLast || isDefinite(answer))) return answer;
    await pause(300);
  }
}
