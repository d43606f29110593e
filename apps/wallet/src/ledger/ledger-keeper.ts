import { setTimeout as pause } from 'node:timers/promises';
import { workUnderLease } from '@baize/messaging';
import type { Database } from '@baize/persistence';
import { counter, gauge, type Logger } from '@baize/runtime';
import type { WalletConfig } from '../config';
import { type LedgerSigner, sealText } from '../domain/checkpoints';
import { archiveMonth, oldestMonth } from '../store/archive';
import { beginCheck, finishCheck, isCheckDue, lastCheck } from '../store/ledger-checks';
import { sealNext, sealStragglers, type Sealing } from '../store/seals';
import type { IsGenuine } from '../store/verify/verify-checkpoints';
import { ledgerChecks } from '../store/verify/verify-ledger';

export interface LedgerKeeperOptions {
  readonly database: Database;
  readonly signer: LedgerSigner;
  readonly isGenuine: IsGenuine;
  readonly log: Logger;
  readonly config: Pick<WalletConfig, 'ledgerSealIntervalMs' | 'ledgerCheckHour' | 'entryRetentionMonths'>;
}

const mismatches = gauge(
  'wallet_ledger_mismatches',
  'Findings of the last verification that came to its end',
);
const checkedAt = gauge('wallet_ledger_checked_timestamp_seconds', 'When that verification began');
const sealedLines = counter('wallet_ledger_sealed_lines_total', 'Lines of accounts that were sealed');

const reportMs = 5_000;
/** Of a broken ledger more lines say no more. */
const maxLogged = 1_000;

/**
 * Seals what was posted, verifies the whole ledger once a night, and archives months of entries that are old enough. Every
 * replica has one, the holder of the lease works; all of them report what the last verification found.
 */
export class LedgerKeeper {
  private readonly stopping = new AbortController();
  private running: Promise<unknown> | undefined;

  constructor(private readonly options: LedgerKeeperOptions) {}

  start(): void {
    this.running ??= Promise.all([this.run(), this.report()]);
  }

  /** Ends after the step in hand; a verification begins anew elsewhere. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private run(): Promise<void> {
    const { database, log } = this.options;
    return workUnderLease(database, {
      name: 'ledger-keeper',
      signal: this.stopping.signal,
      work: (leases) => this.lead(AbortSignal.any([this.stopping.signal, leases.lost])),
      onFailure: (error) => log.error({ err: error }, 'the ledger keeper starts over'),
    });
  }

  private async lead(signal: AbortSignal): Promise<void> {
    const { database, signer, config } = this.options;
    const sealing = this.sealing(signal);
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      while (!isOver() && (await sealNext(database, signer, sealing)));
      if (!isOver() && (await isCheckDue(database, config.ledgerCheckHour))) await this.nightly(signal);
      await wait(config.ledgerSealIntervalMs, signal);
    }
  }

  /** Each checkpoint is a line of the log: logs are kept where nobody of this database can change them. */
  private sealing(signal: AbortSignal): Sealing {
    const onSealed: Sealing['onSealed'] = async ({ checkpoint, lines, workMs }) => {
      sealedLines.inc(Number(lines));
      this.options.log.info({ ledgerSeal: sealText(checkpoint) }, 'ledger sealed');
      await wait(3 * workMs, signal); // three quarters of the time belong to postings
    };
    return { onSealed, signal };
  }

  private async nightly(signal: AbortSignal): Promise<void> {
    const { database, signer, log, config } = this.options;
    const startedAt = await beginCheck(database);
    await sealStragglers(database, signer, this.sealing(signal));
    const found = await this.verify(signal);
    if (signal.aborted) return;
    await finishCheck(database, startedAt, found);
    log[found.mismatches > 0 ? 'error' : 'info'](found, 'the ledger was verified');
    if (found.mismatches === 0 && config.entryRetentionMonths > 0)
      await this.archive(config.entryRetentionMonths);
  }

  private async verify(signal: AbortSignal): Promise<{ checked: number; mismatches: number }> {
    const { database, isGenuine, log } = this.options;
    const isOver = (): boolean => signal.aborted;
    let [checked, found] = [0, 0];
    for (const steps of Object.values(ledgerChecks(database, { isGenuine }))) {
      if (isOver()) break;
      for (let startedAt = Date.now(); ; startedAt = Date.now()) {
        const step = await steps.next();
        if (step.done || isOver()) break;
        checked += step.value.checked;
        for (const finding of step.value.findings) {
          found += 1;
          if (found <= maxLogged) log.error(finding, 'the ledger does not add up');
        }
        await wait(Date.now() - startedAt, signal); // half of the time at most
      }
    }
    return { checked, mismatches: found };
  }

  private async archive(olderThanMonths: number): Promise<void> {
    const { database, log } = this.options;
    const month = await oldestMonth(database, olderThanMonths);
    if (!month) return;
    const reason = await archiveMonth(database, month);
    log[reason === undefined ? 'info' : 'warn']({ ...month, reason }, 'archiving a month of entries');
  }

  private async report(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const last = await lastCheck(this.options.database).catch(() => undefined);
      if (last) {
        mismatches.set(Number(last.mismatches));
        checkedAt.set(last.startedAt.getTime() / 1_000);
      }
      await wait(reportMs, signal);
    }
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return pause(ms, undefined, { signal }).catch(() => undefined);
}
