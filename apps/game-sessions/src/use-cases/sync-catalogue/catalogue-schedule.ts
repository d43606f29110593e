import type { SyncCatalogueUseCase } from './sync-catalogue';

const lookEveryMs = 30_000;
const perProviderMs = 60_000;

/** Fetches the lists of all providers again and again; of many replicas one fetches each list when its time has come. */
export class CatalogueSchedule {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> = Promise.resolve();
  private busy = false;

  constructor(
    private readonly sync: SyncCatalogueUseCase,
    private readonly everyMs: number,
    private readonly onError: (error: unknown) => void,
  ) {}

  start(): void {
    this.look();
    this.timer = setInterval(() => this.look(), Math.min(lookEveryMs, this.everyMs));
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private look(): void {
    if (this.busy) return;
    this.busy = true;
    this.running = this.sync
      .executeAll(this.everyMs, perProviderMs)
      .catch(this.onError)
      .finally(() => (this.busy = false));
  }
}
