import type { ProviderCall, ProviderName } from '../dialects/dialect';
import type { WireFault } from '../domain/faults';

const keptCalls = 20;

/** Hands out a round's planned faults call by call, and keeps calls that are to be said again much later. */
export class FaultPlan {
  private queue: readonly WireFault[] = [];
  private position = 0;
  private readonly kept = new Map<ProviderName, ProviderCall[]>();

  constructor(private readonly tally: { fault(name: string): void }) {}

  startRound(faults: readonly WireFault[]): void {
    this.queue = faults;
    this.position = 0;
  }

  next(): WireFault {
    const fault = this.queue[this.position++] ?? { kind: 'none' };
    if (fault.kind !== 'none') this.tally.fault(fault.kind === 'repeat' ? `repeat ${fault.how}` : fault.kind);
    return fault;
  }

  keep(provider: ProviderName, call: ProviderCall): void {
    const kept = this.kept.get(provider);
    if (kept === undefined) this.kept.set(provider, [call]);
    else kept.push(call);
  }

  /** A call of many rounds ago, once enough have gathered. */
  due(provider: ProviderName): ProviderCall | undefined {
    const kept = this.kept.get(provider);
    return kept !== undefined && kept.length > keptCalls ? kept.shift() : undefined;
  }

  /** What is left at the end of the play. */
  drain(provider: ProviderName): ProviderCall[] {
    return this.kept.get(provider)?.splice(0) ?? [];
  }
}
