import { setTimeout as sleep } from 'node:timers/promises';
import type { Account, Difference } from '../domain/account';
import { freeRoundCalls, freeRoundsName, wonBy, type PlannedFreeRounds } from '../domain/free-rounds';
import type { OperatorClient, ShownFreeRounds } from '../platform/operator-client';
import type { Patience } from './delivery';
import type { Place } from './round-player';

interface Played {
  readonly id: string;
  /** What is to be said of them in the end. */
  readonly expected: string;
}

/** Free rounds of a player: granted by the operator, played to the end as the provider tells of them, then looked at. */
export class FreeRoundsPlayer {
  private readonly played: Played[] = [];

  constructor(
    private readonly operator: OperatorClient,
    private readonly account: Account,
    private readonly patience: Patience,
  ) {}

  async play({ line, seat, delivery, gameId }: Place, plan: PlannedFreeRounds): Promise<void> {
    const { dialect } = line;
    const rounds = plan.wins.length;
    const grant = { gameId, rounds, stake: plan.stake, currency: seat.currency };
    const id = await this.operator.grantFreeRounds(seat.playerId, grant);
    if (!(await this.isGranted(id))) {
      this.account.notice('free-rounds-not-granted', `${id} at ${dialect.name}`);
      return;
    }
    const calls = freeRoundCalls(dialect, freeRoundsName(dialect.name, id), plan);
    for (const call of calls) await delivery.settle(call);
    const expected = inWords({ status: 'completed', consumed: rounds, won: Number(wonBy(plan)) });
    this.played.push({ id, expected });
  }

  /** Whatever the platform says of them that is not so. */
  async compare(): Promise<Difference[]> {
    const found: Difference[] = [];
    for (const { id, expected } of this.played) {
      const shown = inWords(await this.operator.freeRounds(id));
      if (shown !== expected)
        found.push({ kind: 'free-rounds', detail: `${id} is ${shown}, expected ${expected}` });
    }
    return found;
  }

  /** A provider that did not answer is asked again by the platform. */
  private async isGranted(id: string): Promise<boolean> {
    const until = Date.now() + this.patience.insistForMs;
    while ((await this.operator.freeRounds(id)).status === 'pending') {
      if (Date.now() > until) return false;
      await sleep(this.patience.longestPauseMs);
    }
    return true;
  }
}

function inWords({ status, consumed, won }: ShownFreeRounds): string {
  return `${status}, ${consumed} played, ${won} won`;
}
