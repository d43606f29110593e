import { setTimeout as sleep } from 'node:timers/promises';
import type { CallAction, Dialect, ProviderCall, Seat, Verdict } from '../dialects/dialect';
import { keyOf, type Account, type Movement } from '../domain/account';
import type { FaultPlan } from './fault-plan';
import type { ProviderLine } from './provider-line';

/** How long a provider goes on asking for a definite answer, and how often. */
export interface Patience {
  readonly insistForMs: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}
export const defaultPatience: Patience = { insistForMs: 180_000, firstPauseMs: 40, longestPauseMs: 2_000 };

export type SettlingCall = ProviderCall & { type: 'play' | 'promo' };
type MovingCall = ProviderCall & { type: 'play' | 'rollback' | 'promo' };

/** The account's movements of a call. */
export function movementsOf(dialect: Dialect, call: MovingCall): Movement[] {
  const provider = dialect.name;
  if (call.type === 'promo') return [{ kind: 'win', id: call.id, provider, amount: call.amount }];
  const isFree = call.type === 'play' && call.freeRounds !== undefined;
  return call.actions.map(({ kind, id, amount, betId, undoes = 'bet' as const }) => ({
    kind,
    id,
    provider,
    amount: effectOf(amount, kind === 'rollback' && undoes === 'win' ? 'bet' : kind, isFree),
    ...(kind === 'rollback' && { takesBack: keyOf({ kind: undoes, id: betId, provider }) }),
  }));
}

/** What it does to the balance: the stake of a free round is nobody's. */
function effectOf(amount: bigint, kind: CallAction['kind'], isFree: boolean): bigint {
  if (kind !== 'bet') return amount;
  return isFree ? 0n : -amount;
}

/**
 * Says a call the way real providers do and writes down what is known afterwards: bets are said once and taken back
 * at once when the answer is not definite; wins and rollbacks are said again until it is.
 */
export class Delivery {
  constructor(
    private readonly line: ProviderLine,
    private readonly seat: Seat,
    private readonly account: Account,
    private readonly faults: FaultPlan,
    private readonly patience: Patience = defaultPatience,
  ) {}

  /** Says it once, faults included, and records a definite answer. */
  async once(call: MovingCall): Promise<Verdict> {
    for (const movement of movementsOf(this.line.dialect, call)) this.account.sent(movement);
    const verdict = await this.speak(call);
    this.record(call, verdict);
    return verdict;
  }

  /**
   * Says it until the answer is definite; `unknown` only when patience ran out.
   * `hopeless`: it must be refused, so that "settled already" is no echo of an earlier saying.
   */
  async insist(call: MovingCall, hopeless = false): Promise<Verdict> {
    for (const movement of movementsOf(this.line.dialect, call)) this.account.sent(movement);
    const verdict = await this.untilDefinite(call, hopeless);
    this.record(call, verdict);
    return verdict;
  }

  /** Like `insist`, for what must be accepted. */
  async settle(call: SettlingCall): Promise<void> {
    const verdict = await this.insist(call);
    if (verdict.kind === 'refused')
      this.account.notice(
        'win-refused',
        `${idsOf(call)} of an acknowledged bet was refused: ${verdict.text}`,
      );
  }

  async untilDefinite(call: ProviderCall, hopeless = false): Promise<Verdict> {
    const until = Date.now() + this.patience.insistForMs;
    let pauseMs = this.patience.firstPauseMs;
    for (let attempt = 1; ; attempt++) {
      const verdict = await this.speak(call);
      if (verdict.kind !== 'unknown') return attempt > 1 && !hopeless ? asRepeat(call, verdict) : verdict;
      if (Date.now() + pauseMs > until) return verdict;
      await sleep(pauseMs);
      pauseMs = Math.min(pauseMs * 2, this.patience.longestPauseMs);
    }
  }

  /** Says an old call again. Whatever the answer, nothing may move; where it names a movement it must be the old one. */
  async sayAgain(call: ProviderCall): Promise<void> {
    const verdict = await this.line.say(this.seat, call, { countAs: 'repeat later' });
    if (call.type === 'balance' || call.type === 'enter') return;
    const keys = movementsOf(this.line.dialect, call).map(keyOf);
    if (verdict.kind === 'refused') {
      const posted = keys.length > 0 && keys.every((key) => this.account.get(key)?.fate === 'posted');
      if (posted && verdict.reason !== 'known' && verdict.reason !== 'settled')
        this.account.notice(
          'repeat-refused',
          `${idsOf(call)} was accepted and, much later, refused: ${verdict.text}`,
        );
    }
    if (verdict.kind !== 'accepted') return;
    keys.forEach((key, index) => {
      const transactionId = verdict.outcomes[index]?.transactionId;
      if (transactionId !== undefined && this.account.get(key)?.fate === 'posted')
        this.account.posted(key, transactionId);
    });
  }

  private async speak(call: ProviderCall): Promise<Verdict> {
    const fault = this.faults.next();
    const say = (giveUpAfterMs?: number): Promise<Verdict> =>
      this.line.say(this.seat, call, giveUpAfterMs === undefined ? {} : { giveUpAfterMs });
    switch (fault.kind) {
      case 'none':
        return asKnown(call, await say());
      case 'timeout':
        return asKnown(call, await say(fault.afterMs));
      case 'lost-answer':
        await say();
        return { kind: 'unknown', text: 'the answer was lost' };
      case 'repeat': {
        if (fault.how === 'later') this.faults.keep(this.line.dialect.name, call);
        if (fault.how === 'later') return asKnown(call, await say());
        const both =
          fault.how === 'beside' ? await Promise.all([say(), say()]) : ([await say(), await say()] as const);
        return this.agree(call, both);
      }
    }
  }

  /** Two answers to the same call: one acknowledgement is enough, and then the other must not contradict it. */
  private agree(call: ProviderCall, both: readonly [Verdict, Verdict]): Verdict {
    const [first, second] = both.map((verdict) => asKnown(call, verdict)) as [Verdict, Verdict];
    const accepted = first.kind === 'accepted' ? first : second.kind === 'accepted' ? second : undefined;
    if (accepted === undefined) {
      const weaker = first.kind === 'unknown' || (first.kind === 'refused' && first.reason === 'not-found');
      return weaker ? first : second;
    }
    const other = asRepeat(call, accepted === first ? second : first);
    const undone = call.type === 'rollback' && other.kind === 'refused' && other.reason === 'settled';
    if (other.kind === 'refused' && !undone)
      this.account.notice(
        'repeat-refused',
        `${idsOf(call)} was accepted and its repeat refused: ${other.text}`,
      );
    else if (other.kind === 'accepted') this.compareAnswers(call, accepted, other);
    return accepted.balance === undefined && other.kind === 'accepted' ? other : accepted;
  }

  private compareAnswers(
    call: ProviderCall,
    one: Verdict & { kind: 'accepted' },
    other: Verdict & { kind: 'accepted' },
  ): void {
    one.outcomes.forEach((outcome, index) => {
      const again = other.outcomes[index];
      if (again?.moved !== outcome.moved || again.transactionId !== outcome.transactionId)
        this.account.notice('replayed-differently', `${idsOf(call)}: two answers to the same call differ`);
    });
  }

  private record(call: MovingCall, verdict: Verdict): void {
    if (call.type === 'rollback') return; // what it says about the bet is for the caller to read
    movementsOf(this.line.dialect, call).forEach((movement, index) => {
      const outcome = verdict.kind === 'accepted' ? verdict.outcomes[index] : undefined;
      if (outcome?.moved) this.account.posted(keyOf(movement), outcome.transactionId);
      else if (verdict.kind === 'accepted') this.account.refused(keyOf(movement), 'nothing moved');
      else if (verdict.kind === 'refused') this.account.refused(keyOf(movement), verdict.text);
    });
    if (verdict.kind === 'accepted' && verdict.balance !== undefined)
      this.account.sawBalance(verdict.balance, idsOf(call));
  }
}

/** "You said this already" acknowledges a bet or a win. */
function asKnown(call: ProviderCall, verdict: Verdict): Verdict {
  return verdict.kind === 'refused' && verdict.reason === 'known' ? acknowledged(call) : verdict;
}

/** "Settled already" acknowledges a win that was said before; to the first saying it is a refusal. */
function asRepeat(call: ProviderCall, verdict: Verdict): Verdict {
  const settles = call.type === 'play' && call.actions.every((action) => action.kind === 'win');
  return settles && verdict.kind === 'refused' && verdict.reason === 'settled' ? acknowledged(call) : verdict;
}

function acknowledged(call: ProviderCall): Verdict {
  const actions: readonly Pick<CallAction, 'id'>[] = call.type === 'play' ? call.actions : [];
  return { kind: 'accepted', outcomes: actions.map(({ id }) => ({ id, moved: true })) };
}

export function idsOf(call: ProviderCall): string {
  if (call.type === 'promo') return `promo ${call.id}`;
  if (call.type !== 'play' && call.type !== 'rollback') return call.type;
  return call.actions.map(({ kind, id }) => `${kind} ${id}`).join(', ') || `round ${call.roundId}`;
}
