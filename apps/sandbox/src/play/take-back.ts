import type { CallAction, Dialect, ProviderCall, Verdict } from '../dialects/dialect';
import { keyOf, type Account } from '../domain/account';
import { movementsOf, type Delivery } from './delivery';

type RollbackCall = ProviderCall & { type: 'rollback' };

/** Rolls bets back until the answer is definite, and writes down what that says about the bets. */
export class TakeBack {
  constructor(
    private readonly dialect: Dialect,
    private readonly delivery: Delivery,
    private readonly account: Account,
  ) {}

  /** `settled`: a win of the round was sent as well, so a refusal is legitimate and says that the bets stand. */
  async bets(roundId: string, bets: readonly CallAction[], settled = false): Promise<void> {
    const actions = bets.map((bet) => this.rollbackOf(bet));
    const calls: RollbackCall[] = this.dialect.batches
      ? [{ type: 'rollback', roundId, actions }]
      : actions.map((action) => ({ type: 'rollback', roundId, actions: [action] }));
    for (const call of calls) this.read(call, await this.delivery.insist(call), settled);
  }

  private rollbackOf(bet: CallAction): CallAction {
    const id = this.dialect.rollbackHasOwnId ? `${bet.id}-r` : bet.id;
    return { kind: 'rollback', id, amount: bet.amount, betId: bet.id };
  }

  private read(call: RollbackCall, verdict: Verdict, settled: boolean): void {
    movementsOf(this.dialect, call).forEach((movement, index) => {
      const key = keyOf(movement);
      const betKey = movement.takesBack ?? key;
      if (verdict.kind === 'accepted') {
        const outcome = verdict.outcomes[index];
        if (outcome?.moved === 'untold') this.untold(betKey, key, outcome.transactionId);
        else if (outcome?.moved) this.taken(betKey, key, outcome.transactionId);
        else this.notTaken(betKey, key);
      } else if (verdict.kind === 'refused') this.refused(betKey, key, verdict, settled);
    });
    if (verdict.kind === 'accepted' && verdict.balance !== undefined)
      this.account.sawBalance(verdict.balance, `rollback in round ${call.roundId}`);
  }

  private taken(betKey: string, key: string, transactionId: string | undefined): void {
    const bet = this.account.get(betKey);
    if (bet?.fate === 'in-doubt') this.account.posted(betKey);
    else if (bet?.fate !== 'posted')
      this.account.notice('rollback-of-nothing', `${key} moved money, the bet had not`);
    this.account.posted(key, transactionId);
  }

  /** Acknowledged in words that do not say whether there was anything to take back. */
  private untold(betKey: string, key: string, transactionId: string | undefined): void {
    const fate = this.account.get(betKey)?.fate;
    if (fate === 'posted') this.account.posted(key, transactionId);
    else if (fate === 'in-doubt' || fate === 'paired') this.account.cancelledOut(betKey, key);
    else this.notTaken(betKey, key);
  }

  private notTaken(betKey: string, key: string): void {
    if (this.account.get(betKey)?.fate === 'posted')
      this.account.notice('rollback-lost-bet', `${key} moved nothing though the bet was acknowledged`);
    else if (this.account.get(betKey) !== undefined)
      this.account.refused(betKey, 'its rollback found nothing');
    this.account.refused(key, 'there was nothing to take back');
  }

  private refused(
    betKey: string,
    key: string,
    verdict: Verdict & { kind: 'refused' },
    settled: boolean,
  ): void {
    const bet = this.account.get(betKey);
    if (verdict.reason === 'not-found') return this.notTaken(betKey, key);
    if (bet === undefined) return this.notTaken(betKey, key);
    if (settled) {
      // a refusal for being settled says that the bet is there
      if (bet.fate === 'in-doubt') this.account.posted(betKey);
      return this.account.refused(key, verdict.text);
    }
    // without a win, "settled already" can only mean that an earlier saying of this rollback was heard
    if (verdict.reason === 'settled' && bet.fate === 'posted') return this.account.posted(key);
    if (verdict.reason === 'settled' && bet.fate === 'in-doubt')
      return this.account.cancelledOut(betKey, key);
    this.account.notice('rollback-refused', `${key}: ${verdict.text}`);
  }
}
