import { setTimeout as sleep } from 'node:timers/promises';
import type { CallAction, ProviderCall, Seat, Verdict } from '../dialects/dialect';
import { keyOf, type Account } from '../domain/account';
import type { RoundPlan } from '../domain/plan-round';
import { idsOf, movementsOf, type Delivery, type SettlingCall } from './delivery';
import type { ProviderLine } from './provider-line';
import type { TakeBack } from './take-back';
import type { VoidRounds } from './void-rounds';

type PlayCall = ProviderCall & { type: 'play' };

/** Where a player sits at one provider, and what it takes to play there. */
export interface Place {
  readonly line: ProviderLine;
  readonly seat: Seat;
  readonly gameId: string;
  readonly delivery: Delivery;
  readonly takeBack: TakeBack;
  /** Ends the session and starts another. */
  readonly endSession: () => Promise<void>;
  readonly renewSession: () => Promise<void>;
  /** Blocks the player, for good. */
  readonly exclude: () => Promise<void>;
  /** Does it while the provider's breaker is open. */
  readonly whileBreakerIsOpen: (work: () => Promise<void>) => Promise<void>;
  /** Whether the game is listed, and whether it can be launched. */
  readonly isOffered: () => Promise<{ readonly listed: boolean; readonly launched: boolean }>;
  readonly voids: VoidRounds;
}

/** Plays one planned round at one provider, whatever the platform answers. */
export class RoundPlayer {
  constructor(
    private readonly place: Place,
    private readonly account: Account,
  ) {}

  async play(plan: RoundPlan): Promise<void> {
    const bets = plan.bets.map(({ id, amount }): CallAction => ({ kind: 'bet', id, amount, betId: id }));
    const wins = plan.wins.map(({ id, amount }, index): CallAction => ({
      kind: 'win',
      id,
      amount,
      betId: plan.bets[index]?.id ?? id,
    }));
    switch (plan.twist) {
      case 'rollback-first':
        return this.rollbackFirst(plan, bets);
      case 'win-first':
        return this.winFirst(plan, bets, wins);
      case 'empty-handed':
        return this.emptyHanded(plan, bets);
      case 'spent-win':
        return this.spentWin(plan, bets, wins);
      case 'excluded':
        return this.excluded(plan, bets, wins);
      case 'breaker':
        return this.breaker(plan, bets, wins);
      case 'outage':
        return this.outage(plan, bets, wins);
      default:
        return this.ordinary(plan, bets, wins);
    }
  }

  private async ordinary(plan: RoundPlan, bets: CallAction[], wins: CallAction[]): Promise<void> {
    const { delivery, takeBack } = this.place;
    if (plan.atOnce && this.place.line.dialect.batches) return this.allAtOnce(plan, bets, wins);
    let live: CallAction[] = [];
    for (const bet of bets) {
      if (await this.stake(plan.roundId, [bet])) live.push(bet);
    }
    const [first] = live;
    if (first === undefined) return;
    if (plan.twist === 'rollback' || plan.twist === 'win-after-rollback') {
      await takeBack.bets(plan.roundId, [first]);
      live = live.slice(1);
    }
    if (plan.twist === 'late-win') await this.place.endSession();
    const settled = wins.filter((win) => live.some((bet) => bet.id === win.betId));
    if (settled.length > 0) {
      for (const call of this.winCalls(plan, settled)) await delivery.settle(call);
    } else if (plan.twist === 'win-after-rollback') {
      const calls = this.winCalls({ ...plan, closesSilently: false }, wins);
      await this.expectRefusal(
        'win-after-rollback',
        calls.filter(({ actions }) => actions.length > 0),
      );
    }
    if (plan.twist === 'late-win') await this.place.renewSession();
    if (plan.twist === 'rollback-after-win') await takeBack.bets(plan.roundId, [first], true);
  }

  /** Bets and wins in one call: all of it happens or none. */
  private async allAtOnce(plan: RoundPlan, bets: CallAction[], wins: CallAction[]): Promise<void> {
    const call: PlayCall = {
      type: 'play',
      roundId: plan.roundId,
      finished: true,
      actions: [...bets, ...wins],
    };
    const verdict = await this.place.delivery.once(call);
    if (verdict.kind === 'refused') return this.betRefused(call, verdict);
    if (verdict.kind === 'accepted') return;
    await this.place.takeBack.bets(plan.roundId, bets, true);
    for (const win of wins) this.sharesFateOfBet(win);
  }

  private sharesFateOfBet({ id, betId }: CallAction): void {
    const provider = this.place.line.dialect.name;
    const fate = this.account.get(keyOf({ kind: 'bet', id: betId, provider }))?.fate;
    const key = keyOf({ kind: 'win', id, provider });
    if (fate === 'posted') this.account.posted(key);
    else if (fate === 'none') this.account.refused(key, 'its bet was taken back');
  }

  /** True when the bets stand. Without a definite answer they are taken back at once. */
  private async stake(roundId: string, actions: CallAction[]): Promise<boolean> {
    const call: PlayCall = { type: 'play', roundId, finished: false, actions };
    const verdict = await this.place.delivery.once(call);
    if (verdict.kind === 'accepted') return verdict.outcomes.every((outcome) => outcome.moved);
    if (verdict.kind === 'unknown') await this.place.takeBack.bets(roundId, actions);
    else await this.betRefused(call, verdict);
    return false;
  }

  private async betRefused(call: PlayCall, verdict: Verdict & { kind: 'refused' }): Promise<void> {
    if (verdict.reason === 'session') await this.place.renewSession();
    else this.account.notice('bet-refused', `${idsOf(call)}: ${verdict.text}`);
  }

  private winCalls(plan: RoundPlan, wins: CallAction[]): PlayCall[] {
    const { roundId } = plan;
    const { batches, closesApart = false } = this.place.line.dialect;
    const call = (finished: boolean, actions: CallAction[]): PlayCall => ({
      type: 'play',
      roundId,
      finished,
      actions,
    });
    // a lost round may just be closed, without saying "won nothing"
    const silent = plan.closesSilently && wins.every((win) => win.amount === 0n);
    if (batches) return [call(true, silent ? [] : wins)];
    if (closesApart) return [...(silent ? [] : wins).map((win) => call(false, [win])), call(true, [])];
    return wins.map((win, index) => call(index === wins.length - 1, [win]));
  }

  private async rollbackFirst(plan: RoundPlan, bets: CallAction[]): Promise<void> {
    await this.place.takeBack.bets(plan.roundId, bets);
    const call: PlayCall = { type: 'play', roundId: plan.roundId, finished: false, actions: bets };
    const verdict = await this.place.delivery.once(call);
    if (verdict.kind === 'unknown') await this.place.takeBack.bets(plan.roundId, bets);
    else if (verdict.kind === 'accepted' && verdict.outcomes.some((outcome) => outcome.moved))
      this.account.notice('bet-after-its-rollback', `${idsOf(call)} moved money after its rollback`);
  }

  private async winFirst(plan: RoundPlan, bets: CallAction[], wins: CallAction[]): Promise<void> {
    const calls = this.winCalls({ ...plan, closesSilently: false }, wins);
    for (const call of calls.filter(({ actions }) => actions.length > 0)) {
      const early = await this.place.delivery.once(call);
      if (early.kind === 'accepted') this.account.notice('win-before-bet', `${idsOf(call)} was accepted`);
    }
    const staked = await this.stake(plan.roundId, bets);
    if (staked) for (const call of calls) await this.place.delivery.settle(call);
    else
      await this.expectRefusal(
        'win-without-bet',
        calls.filter((call) => this.isInDoubt(call)),
      );
  }

  private async emptyHanded(plan: RoundPlan, bets: CallAction[]): Promise<void> {
    const call: PlayCall = { type: 'play', roundId: plan.roundId, finished: false, actions: bets };
    const verdict = await this.place.delivery.once(call);
    if (verdict.kind === 'unknown') await this.place.takeBack.bets(plan.roundId, bets);
    else if (verdict.kind === 'accepted') this.account.notice('unfunded-bet', `${idsOf(call)} was accepted`);
    else if (verdict.reason === 'session') await this.place.renewSession();
    else if (verdict.reason !== 'funds')
      this.account.notice('wrong-refusal', `${idsOf(call)} lacked funds and got ${verdict.text}`);
  }

  /** A win is paid and spent to the last cent, then taken back: the player owes it, and stakes nothing until it is paid. */
  private async spentWin(plan: RoundPlan, bets: CallAction[], wins: CallAction[]): Promise<void> {
    const { delivery } = this.place;
    if (!(await this.stake(plan.roundId, bets))) return;
    const paid = wins.map((win) => ({ ...win, amount: win.amount + 300n }));
    for (const call of this.winCalls(plan, paid)) await delivery.settle(call);
    if (this.account.hasDoubt || this.account.balance <= 0n) return;
    const all = `${plan.roundId}-s`;
    const spent: CallAction = {
      kind: 'bet',
      id: `${all}-b1`,
      amount: this.account.balance,
      betId: `${all}-b1`,
    };
    if (!(await this.stake(all, [spent]))) return;
    for (const { id, amount } of paid) {
      const actions: CallAction[] = [{ kind: 'rollback', id: `${id}-r`, amount, betId: id, undoes: 'win' }];
      const call = { type: 'rollback' as const, roundId: plan.roundId, actions };
      this.takenBack(call, await delivery.insist(call));
    }
    await this.staysOut(`${all}2`, 'bet-in-debt');
  }

  /** What was staked before is still paid to a player who is blocked, and nothing more is taken. */
  private async excluded(plan: RoundPlan, bets: CallAction[], wins: CallAction[]): Promise<void> {
    if (!(await this.stake(plan.roundId, bets))) return;
    await this.place.exclude();
    for (const call of this.winCalls(plan, wins)) await this.place.delivery.settle(call);
    await this.staysOut(`${plan.roundId}-o`, 'bet-of-excluded');
  }

  /** While the breaker is open nothing is offered, and what goes on is settled. */
  private async breaker(plan: RoundPlan, bets: CallAction[], wins: CallAction[]): Promise<void> {
    const { delivery, isOffered, whileBreakerIsOpen } = this.place;
    if (!(await this.stake(plan.roundId, bets))) return;
    await whileBreakerIsOpen(async () => {
      const { listed, launched } = await isOffered();
      if (listed) this.account.notice('breaker-shows-games', `in round ${plan.roundId}`);
      if (launched) this.account.notice('breaker-launches', `in round ${plan.roundId}`);
      for (const call of this.winCalls(plan, wins)) await delivery.settle(call);
    });
  }

  /** A bet that must be refused. Said without faults: much later, when a debt is paid, its repeat would be a good bet. */
  private async staysOut(roundId: string, kind: 'bet-in-debt' | 'bet-of-excluded'): Promise<void> {
    const { line, seat, takeBack } = this.place;
    const bet: CallAction = { kind: 'bet', id: `${roundId}-b1`, amount: 10n, betId: `${roundId}-b1` };
    const call: PlayCall = { type: 'play', roundId, finished: false, actions: [bet] };
    const keys = movementsOf(line.dialect, call).map((movement) => this.account.sent(movement));
    const verdict = await line.say(seat, call, { countAs: kind });
    if (verdict.kind === 'unknown') return takeBack.bets(roundId, [bet]);
    if (verdict.kind === 'accepted') this.account.notice(kind, `${idsOf(call)} was accepted`);
    for (const key of keys) this.account.refused(key, kind);
  }

  private takenBack(call: ProviderCall & { type: 'rollback' }, verdict: Verdict): void {
    for (const movement of movementsOf(this.place.line.dialect, call)) {
      if (verdict.kind === 'accepted')
        this.account.posted(keyOf(movement), verdict.outcomes[0]?.transactionId);
      else if (verdict.kind === 'refused')
        this.account.notice('rollback-refused', `${idsOf(call)}: ${verdict.text}`);
    }
  }

  /** Silence in mid round. What the provider knows of afterwards it settles; the rest is voided, and stays so. */
  private async outage(plan: RoundPlan, bets: CallAction[], wins: CallAction[]): Promise<void> {
    if (!(await this.stake(plan.roundId, bets))) return;
    await sleep(plan.silentMs);
    const calls = this.winCalls({ ...plan, closesSilently: false }, wins);
    if (plan.forgotten) {
      const { line, seat, voids } = this.place;
      const where = { provider: line.dialect.name, playerId: seat.playerId };
      await voids.voidRound(where, plan.roundId, bets);
      await this.expectRefusal(
        'win-after-void',
        calls.filter(({ actions }) => actions.length > 0),
      );
    } else for (const call of calls) await this.place.delivery.settle(call);
  }

  private async expectRefusal(kind: string, calls: SettlingCall[]): Promise<void> {
    for (const call of calls) {
      const verdict = await this.place.delivery.insist(call, true);
      if (verdict.kind === 'accepted') this.account.notice(kind, `${idsOf(call)} was accepted`);
    }
  }

  private isInDoubt(call: PlayCall): boolean {
    const provider = this.place.line.dialect.name;
    return call.actions.some(
      ({ kind, id }) => this.account.get(keyOf({ kind, id, provider }))?.fate === 'in-doubt',
    );
  }
}
