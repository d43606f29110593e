import { randomInt, randomUUID } from 'node:crypto';
import type { CallAction, ProviderCall, Seat, Verdict } from '../dialects/dialect';
import { Account } from '../domain/account';
import { spin, type Spin } from '../domain/slot';
import { Delivery, type Patience } from '../play/delivery';
import { FaultPlan } from '../play/fault-plan';
import type { ProviderLine } from '../play/provider-line';
import { TakeBack } from '../play/take-back';

export type SpinResult =
  | {
      readonly kind: 'played';
      readonly spin: Spin;
      readonly win: bigint;
      readonly balance: bigint | undefined;
    }
  | { readonly kind: 'refused'; readonly text: string };

/** A player waits in front of the page: shorter than a provider's back end would insist. */
const patience: Patience = { insistForMs: 12_000, firstPauseMs: 100, longestPauseMs: 1_000 };

const refusals = {
  funds: 'Your balance is too low for this bet.',
  session: 'This game session has ended. Please start the game again.',
} as const;
const noAnswer = 'The casino did not answer.';

/** One player at the slot machine: spins, and tells the platform in the provider's language. */
export class SlotSession {
  private playing = false;

  constructor(
    readonly seat: Seat,
    private readonly line: ProviderLine,
    private readonly random: () => number = () => randomInt(2 ** 32) / 2 ** 32,
  ) {}

  async balance(): Promise<bigint | undefined> {
    const verdict = await this.line.say(this.seat, { type: 'balance' });
    return verdict.kind === 'accepted' ? verdict.balance : undefined;
  }

  async spin(stake: bigint): Promise<SpinResult> {
    if (this.playing) return { kind: 'refused', text: 'The reels are still turning.' };
    this.playing = true;
    try {
      return await this.play(stake, spin(this.random));
    } finally {
      this.playing = false;
    }
  }

  private async play(stake: bigint, outcome: Spin): Promise<SpinResult> {
    const account = new Account();
    const observer = { fault: (): void => undefined };
    const delivery = new Delivery(this.line, this.seat, account, new FaultPlan(observer), patience);
    const takeBack = new TakeBack(this.line.dialect, delivery, account);
    const id = randomUUID();
    const win = stake * outcome.multiplier;
    const bet: CallAction = { kind: 'bet', id: `${id}-b`, amount: stake, betId: `${id}-b` };
    const prize: CallAction = { kind: 'win', id: `${id}-w`, amount: win, betId: bet.id };
    const call = (...actions: CallAction[]): ProviderCall & { type: 'play' } => ({
      type: 'play',
      roundId: id,
      finished: actions.includes(prize),
      actions,
    });
    const atOnce = this.line.dialect.batches;
    let verdict: Verdict = await delivery.once(atOnce ? call(bet, prize) : call(bet));
    if (verdict.kind === 'unknown') {
      await takeBack.bets(id, [bet], atOnce);
      return { kind: 'refused', text: `${noAnswer} ${this.fateText(account, bet.id)}` };
    }
    if (verdict.kind === 'accepted' && !atOnce) verdict = await delivery.insist(call(prize));
    if (verdict.kind === 'accepted' && this.line.dialect.closesApart)
      await delivery.insist({ type: 'play', roundId: id, finished: true, actions: [] });
    if (verdict.kind === 'accepted') return { kind: 'played', spin: outcome, win, balance: verdict.balance };
    if (verdict.kind === 'unknown')
      return { kind: 'refused', text: `${noAnswer} Your win will be paid later.` };
    const known = verdict.reason === 'funds' || verdict.reason === 'session' ? verdict.reason : undefined;
    return { kind: 'refused', text: known ? refusals[known] : `The casino refused the bet: ${verdict.text}` };
  }

  private fateText(account: Account, betId: string): string {
    const fate = account.get(`${this.line.dialect.name}:bet:${betId}`)?.fate;
    if (fate === 'in-doubt') return 'Please check your balance in a moment.';
    return account.balance === 0n ? 'Your bet was returned.' : 'The round counts; your balance shows it.';
  }
}
