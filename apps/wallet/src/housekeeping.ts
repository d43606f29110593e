import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@baize/runtime';

/** Runs the service's recurring work in turn until it is stopped; a task that fails is logged and tried again. */
export class Housekeeping {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly tasks: Readonly<Record<string, () => Promise<void>>>,
    private readonly intervalMs: number,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      for (const [task, run] of Object.entries(this.tasks)) {
        await run().catch((error: unknown) => this.log.error({ err: error, task }, 'housekeeping failed'));
      }
      await pause(this.intervalMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
