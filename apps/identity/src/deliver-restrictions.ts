import { setTimeout as pause } from 'node:timers/promises';
import {
  fenceClosedMs,
  restrictionChanged,
  touchpointCommands,
  type ApplyRestriction,
  type CommandedTouchpoint,
  type Touchpoint,
} from '@baize/contracts';
import { RequestClient } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Injectable } from '@nestjs/common';
import { currentChange, touchpoints } from './store/fences';
import {
  findTouchpoints,
  findUndelivered,
  forgetProcesses,
  markApplied,
  markHeard,
} from './store/touchpoints';

const commanded = Object.keys(touchpointCommands) as CommandedTouchpoint[];
const inMemory = touchpoints.filter((service) => !(service in touchpointCommands)) as 'gateway'[];

const attemptMs = 1_000;
const tellAgainMs = 250;
const lookMs = 10;
/** Those in hand by a request are left to it for so long. */
const orphanAfterMs = 2_000;
const batch = 50;

/** Brings changes of restrictions to every touchpoint, and goes on until all have applied them. */
@Injectable()
export class DeliverRestrictions {
  constructor(
    private readonly database: Database,
    private readonly services: RequestClient,
  ) {}

  /**
   * Tells everybody and waits until the change holds everywhere: the wallet has committed it, and every other touchpoint
   * has too, or has been without a lease since `fenceClosedMs` after the commit.
   *
   * @param committedAtMs epoch milliseconds, not before the commit
   * @returns who applied it when; undefined when it cannot be said by the deadline that it holds
   */
  async acknowledge(
    change: ApplyRestriction,
    committedAtMs: number,
    deadlineMs: number,
  ): Promise<Touchpoint[] | undefined> {
    const done = new AbortController();
    const telling = commanded.map((service) => this.keepTelling(service, change, done.signal));
    let toldAt = 0;
    try {
      while (Date.now() < deadlineMs) {
        if (Date.now() - toldAt >= tellAgainMs) {
          this.services.tell(restrictionChanged, change);
          toldAt = Date.now();
        }
        const states = await this.look(change.sequence);
        const open = states.filter(({ appliedAt }) => appliedAt === null);
        const walletHas = open.every(({ service }) => service !== 'wallet');
        const isClosed = Date.now() >= committedAtMs + fenceClosedMs;
        if (walletHas && (open.length === 0 || isClosed)) return states;
        await pause(lookMs);
      }
      return undefined;
    } finally {
      done.abort();
      void Promise.allSettled(telling);
    }
  }

  /** One round for what nobody waits for any more; a touchpoint that is away stays for a later one. */
  async run(): Promise<void> {
    await forgetProcesses(this.database);
    for (const service of inMemory) await markHeard(this.database, service);
    const open = await findUndelivered(this.database, orphanAfterMs, batch);
    await Promise.allSettled(open.map(({ personId, service }) => this.deliver(personId, service)));
  }

  private async deliver(personId: string, service: string): Promise<void> {
    const change = await currentChange(this.database, personId);
    if (!change) return;
    if (service in touchpointCommands) await this.tellOnce(service as CommandedTouchpoint, change);
    else this.services.tell(restrictionChanged, change);
  }

  private async look(sequence: number): Promise<Touchpoint[]> {
    for (const service of inMemory) await markHeard(this.database, service);
    return findTouchpoints(this.database, sequence);
  }

  private async keepTelling(
    service: CommandedTouchpoint,
    change: ApplyRestriction,
    done: AbortSignal,
  ): Promise<void> {
    while (!done.aborted && !(await this.tellOnce(service, change))) {
      await pause(tellAgainMs, undefined, { signal: done }).catch(() => undefined);
    }
  }

  /** Whether the touchpoint has applied it; a silent one is asked again. */
  private async tellOnce(service: CommandedTouchpoint, change: ApplyRestriction): Promise<boolean> {
    const contract = touchpointCommands[service];
    const answer = await this.services
      .call(contract, change, { timeoutMs: attemptMs })
      .catch(() => undefined);
    if (!answer?.ok) return false;
    await markApplied(this.database, service, change.sequence, answer.value.appliedAt);
    return true;
  }
}
