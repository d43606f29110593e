import type { Dialect, Distortion, ProviderCall, Seat, Verdict } from '../dialects/dialect';
import type { HttpClient } from '../platform/http-client';

/** Told of every call and what came of it. */
export interface CallObserver {
  call(name: string, verdict: Verdict, ms: number): void;
}

export interface SayOptions {
  readonly distortion?: Distortion;
  readonly giveUpAfterMs?: number;
  /** The name under which the call is counted; default its type. */
  readonly countAs?: string;
}

/** One provider's line to the platform: says a call once in its language and reads the answer. */
export class ProviderLine {
  private readonly basePath: string;

  constructor(
    readonly dialect: Dialect,
    baseUrl: string,
    private readonly http: HttpClient,
    private readonly observer: CallObserver,
  ) {
    this.basePath = new URL(baseUrl).pathname.replace(/\/$/, '');
  }

  async say(seat: Seat, call: ProviderCall, options: SayOptions = {}): Promise<Verdict> {
    const wire = this.dialect.encode(seat, call, options.distortion);
    const startedAt = performance.now();
    const answer = await this.http.send({
      method: wire.method ?? 'POST',
      path: `${this.basePath}${wire.path}${wire.query === '' ? '' : `?${wire.query}`}`,
      headers: wire.headers,
      ...(wire.method !== 'GET' && { body: wire.body }),
      ...(options.giveUpAfterMs !== undefined && { giveUpAfterMs: options.giveUpAfterMs }),
    });
    const verdict: Verdict =
      answer.kind === 'failed'
        ? { kind: 'unknown', text: answer.why }
        : this.dialect.decode(seat, call, answer.status, answer.body);
    this.observer.call(
      `${this.dialect.name} ${options.countAs ?? nameOf(call)}`,
      verdict,
      performance.now() - startedAt,
    );
    return verdict;
  }
}

function nameOf(call: ProviderCall): string {
  if (call.type !== 'play') return call.type;
  const kinds = new Set(call.actions.map((action) => action.kind));
  return kinds.size === 0 ? 'close' : [...kinds].sort().join('+');
}
