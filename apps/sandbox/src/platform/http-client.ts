import { Pool } from 'undici';

export interface HttpCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** With the query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The caller's patience; the connection is cut when it ends. */
  readonly giveUpAfterMs?: number;
}
/** `failed`: no whole answer came, so nothing is known about what the other side did. */
export type HttpAnswer =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly body: string;
      readonly retryAfterS?: number;
    }
  | { readonly kind: 'failed'; readonly why: string };

const patienceMs = 6_000;

/** Kept-alive connections to one origin. Never throws for what the network does. */
export class HttpClient {
  private readonly pool: Pool;

  constructor(origin: string, connections = 64) {
    this.pool = new Pool(origin, {
      connections,
      pipelining: 1,
      connect: { timeout: 3_000 },
      headersTimeout: patienceMs,
      bodyTimeout: patienceMs,
    });
  }

  async send(call: HttpCall): Promise<HttpAnswer> {
    const cut = call.giveUpAfterMs === undefined ? undefined : new AbortController();
    const timer = cut && setTimeout(() => cut.abort(), call.giveUpAfterMs);
    try {
      const { statusCode, headers, body } = await this.pool.request({
        method: call.method,
        path: call.path,
        headers: call.headers ?? {},
        body: call.body ?? null,
        ...(cut && { signal: cut.signal }),
      });
      const text = await body.text();
      const retryAfter = Number(headers['retry-after']);
      return {
        kind: 'answered',
        status: statusCode,
        body: text,
        ...(Number.isFinite(retryAfter) && { retryAfterS: retryAfter }),
      };
    } catch (error) {
      return { kind: 'failed', why: cut?.signal.aborted ? 'gave up waiting' : reasonOf(error) };
    } finally {
      clearTimeout(timer);
    }
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return code ?? error.message;
}
