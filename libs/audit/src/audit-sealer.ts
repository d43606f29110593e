import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '@baize/persistence';
import { sealAudit } from './seal-audit';
import { checkpointText, type AuditSigner } from './signing';

/** Where the sealer writes; a service's logger is one. */
export interface SealerLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/**
 * Seals what was appended, every second. Each checkpoint is a line of the service's log: logs are kept elsewhere, so
 * who can change the database cannot change what was said of it.
 */
export class AuditSealer {
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly database: Database,
    private readonly signer: AuditSigner,
    private readonly log: SealerLog,
    private readonly intervalMs = 1_000,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  /** Waits for the round in hand. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const checkpoints = await sealAudit(this.database, this.signer);
        for (const checkpoint of checkpoints)
          this.log.info({ checkpoint: checkpointText(checkpoint) }, 'audit log sealed');
      } catch (error) {
        this.log.error({ err: error }, 'the audit log could not be sealed');
      }
      await pause(this.intervalMs, undefined, { signal }).catch(() => undefined);
    }
  }
}
