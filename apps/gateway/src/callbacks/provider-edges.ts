import {
  type CallbackPriority,
  type CallbackPriorityRule,
  gameSessionsQueries,
  type ProviderEdge,
  type ProviderFault,
} from '@baize/contracts';
import type { RequestClient } from '@baize/messaging';
import type { Logger } from '@baize/runtime';

const refreshMs = 15_000;
const retryMs = 1_000;

interface Rule {
  pattern: RegExp | undefined;
  priority: CallbackPriority;
}

/** The rules of one provider, compiled. */
export class CompiledEdge {
  readonly fault: ProviderFault | undefined;
  private readonly byPath = new Map<string, Rule[]>();

  /** @throws SyntaxError on a pattern that is no regular expression */
  constructor(edge: ProviderEdge) {
    this.fault = edge.fault;
    for (const rule of edge.priorities) this.add(rule);
  }

  private add({ path, bodyPattern, priority }: CallbackPriorityRule): void {
    const rules = this.byPath.get(path) ?? [];
    rules.push({ pattern: bodyPattern === undefined ? undefined : new RegExp(bodyPattern), priority });
    this.byPath.set(path, rules);
  }

  /** How urgent a call is; what no rule knows may be a bet. */
  priorityOf(path: string, body: Buffer): CallbackPriority {
    const rules = this.byPath.get(path) ?? this.byPath.get('*');
    if (rules === undefined) return 'bet';
    let text: string | undefined;
    for (const { pattern, priority } of rules) {
      // latin1 keeps every byte and is the cheapest to decode
      if (pattern === undefined || pattern.test((text ??= body.toString('latin1')))) return priority;
    }
    return 'bet';
  }
}

/** What game-sessions says of its providers, asked at start and every 15 s; the last answer stays good. */
export class ProviderEdges {
  private edges: ReadonlyMap<string, CompiledEdge> = new Map();
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly services: Pick<RequestClient, 'call'>,
    private readonly log: Logger,
  ) {}

  get(provider: string): CompiledEdge | undefined {
    return this.edges.get(provider);
  }

  /** Asks once now and goes on; never rejects, since the gateway starts without game-sessions too. */
  async start(): Promise<void> {
    const known = await this.refresh();
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.start(), known ? refreshMs : retryMs);
    this.timer.unref();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async refresh(): Promise<boolean> {
    try {
      const list = await this.services.call(gameSessionsQueries.listProviders, {});
      if (!list.ok) throw new Error(list.error.code);
      this.edges = new Map(list.value.items.map((edge) => [edge.provider, new CompiledEdge(edge)]));
      return true;
    } catch (error) {
      this.log.warn({ err: error }, 'the providers are not known');
      return false;
    }
  }
}
