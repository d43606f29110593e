import { randomBytes } from 'node:crypto';
import type { Refusal } from '@baize/contracts';
import { counter, histogram } from '@baize/runtime';
import { Agent, request } from 'undici';
import type { Moment, ProviderReply, ProviderRequest } from './domain/provider-api';
import type { ProviderWatch } from './provider-watch';
import type { BrandProvider } from './providers';
import type { ProviderKey } from './store/provider-health';

const maxReplyBytes = 32 * 1024 * 1024;
const connectTimeoutMs = 3_000;

const outgoing = counter('baize_provider_requests_total', 'Our requests to the APIs of providers', [
  'provider',
  'operation',
  'outcome',
]);
const seconds = histogram('baize_provider_request_seconds', 'Time until a provider has answered', [
  'provider',
  'operation',
]);

/** What we ask providers for; a label of figures. */
export type Operation = 'game-list' | 'grant-free-rounds' | 'cancel-free-rounds';

/** `silent`: no whole reply came, so it is not known what the provider did. */
export type Asked =
  | { readonly kind: 'answered'; readonly reply: ProviderReply }
  | { readonly kind: 'silent'; readonly why: string };

/**
 * The one place where it is decided whether something goes out to a provider: every launch asks here, and every request
 * to its API is sent from here, with a deadline. It retries nothing, because only the caller knows whether asking twice
 * is safe.
 */
export class ProviderGate {
  private readonly agent = new Agent({ connect: { timeout: connectTimeoutMs }, connections: 8 });

  /** Without a watch, as in a command, nothing is counted and no breaker stands against anything. */
  constructor(private readonly watch?: ProviderWatch) {}

  /** Why nothing is launched at the provider now; undefined when nothing stands against it. */
  launchObstacle({ launchUrl }: Pick<BrandProvider, 'launchUrl'>): string | undefined {
    return launchUrl === undefined ? 'Launches of this provider are not configured.' : undefined;
  }

  /** The breaker's refusal of a launch; a half-open one lets a few through, so this is asked last. */
  async refusal(key: ProviderKey): Promise<{ ok: false; error: Refusal } | undefined> {
    return this.watch?.launchObstacle(key);
  }

  /** A new moment for a request that is built. */
  moment(): Moment {
    return { nowMs: Date.now(), nonce: randomBytes(16).toString('hex') };
  }

  /**
   * Sends one request and reads the whole reply, at most 32 MiB, before the absolute deadline. Never throws. It counts for
   * the brand whose address and keys it is sent with.
   */
  async ask(
    { operation, baseUrl, ...key }: ProviderKey & { operation: Operation; baseUrl: string },
    asked: ProviderRequest,
    deadlineMs: number,
  ): Promise<Asked> {
    const { provider } = key;
    const startedMs = Date.now();
    // nothing was asked, so nothing is held against the provider
    if (deadlineMs <= startedMs) return { kind: 'silent', why: 'there was no time left' };
    const answer = await this.send(`${baseUrl}${asked.path}`, asked, deadlineMs - startedMs);
    const outcome = answer.kind === 'silent' ? 'silent' : answer.reply.status < 400 ? 'ok' : 'error';
    const ms = Date.now() - startedMs;
    outgoing.inc({ provider, operation, outcome });
    seconds.observe({ provider, operation }, ms / 1_000);
    // a no is an answer: it says nothing against the provider
    const ok = answer.kind === 'answered' && answer.reply.status < 500;
    this.watch?.sawOutbound(key, { ok, ms });
    return answer;
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private async send(url: string, asked: ProviderRequest, timeoutMs: number): Promise<Asked> {
    try {
      const { statusCode, body } = await request(url, {
        method: asked.method,
        headers: { ...asked.headers },
        ...(asked.body !== undefined && { body: asked.body }),
        dispatcher: this.agent,
        signal: AbortSignal.timeout(timeoutMs),
      });
      const chunks: Buffer[] = [];
      let length = 0;
      for await (const chunk of body as AsyncIterable<Buffer>) {
        length += chunk.length;
        if (length > maxReplyBytes) return { kind: 'silent', why: 'the reply is too long' };
        chunks.push(chunk);
      }
      return { kind: 'answered', reply: { status: statusCode, body: Buffer.concat(chunks) } };
    } catch (error) {
      return { kind: 'silent', why: reasonOf(error) };
    }
  }
}

/** Never the address: some have keys in their query. */
function reasonOf(error: unknown): string {
  const { name, code } = error as { name?: unknown; code?: unknown };
  if (name === 'TimeoutError') return 'it took too long';
  return typeof code === 'string' ? code : 'the connection failed';
}
