import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from './logger';

/**
 * A service's recurring work: its tasks one after the other, and again some time after the last one. A task that fails
 * is logged and tried in the next round; the others go on. What may wait for somebody outside belongs into chores of
 * its own, where it delays nothing else.
 */
export class Chores {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  /** @param tasks by the name that the log calls them */
  constructor(
    private readonly tasks: Readonly<Record<string, () => Promise<unknown>>>,
    private readonly intervalMs: number,
    private readonly log: Pick<Logger, 'error'>,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Waits for the task in hand; those behind it are left out. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      for (const [task, run] of Object.entries(this.tasks)) {
        if (isOver()) return;
        await run().catch((error: unknown) => this.log.error({ err: error, task }, 'a chore failed'));
      }
      await pause(this.intervalMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
