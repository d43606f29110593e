import type { Logger } from '@baize/runtime';

/** Runs chores one after the other, and again some time after the last one finished. */
export class Sweeper {
  private timer: NodeJS.Timeout | undefined;
  private round: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly chores: Readonly<Record<string, () => Promise<unknown>>>,
    private readonly intervalMs: number,
    private readonly log: Logger,
  ) {}

  start(): void {
    this.timer = setTimeout(() => {
      this.round = this.sweep().then(() => {
        if (!this.stopped) this.start();
      });
    }, this.intervalMs);
  }

  /** Waits for the round in hand. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.round;
  }

  /** A chore that fails is logged and tried in the next round. */
  private async sweep(): Promise<void> {
    for (const [chore, run] of Object.entries(this.chores)) {
      try {
        await run();
      } catch (error) {
        this.log.error({ err: error, chore }, 'a chore failed');
      }
    }
  }
}
