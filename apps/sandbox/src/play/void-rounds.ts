import { setTimeout as sleep } from 'node:timers/promises';
import type { CallAction, ProviderName } from '../dialects/dialect';
import { keyOf, type Account } from '../domain/account';
import type { OperatorClient, Round } from '../platform/operator-client';
import type { Patience } from './delivery';

/** What an operator does with rounds that their provider has lost. */
export class VoidRounds {
  constructor(
    private readonly operator: OperatorClient,
    private readonly account: Account,
    private readonly patience: Patience,
  ) {}

  /** Finds the round still open, has it voided, and writes down that each bet came back once. */
  async voidRound(
    { provider, playerId }: { readonly provider: ProviderName; readonly playerId: string },
    roundId: string,
    bets: readonly CallAction[],
  ): Promise<void> {
    const round = await this.until(async () => {
      const rounds = await this.operator.rounds(playerId);
      const found = rounds.find((one) => one.provider === provider && one.providerRoundId === roundId);
      return found && bets.every(({ id }) => hasBet(found, id)) ? found : undefined;
    });
    if (!round) {
      this.account.notice('round-not-shown', `${roundId} has bets and is not shown`);
      return;
    }
    if (round.state !== 'open')
      this.account.notice('round-not-open', `${roundId} is ${round.state} after an outage`);
    for (const bet of bets) this.comesBack(provider, round, bet);
    await this.operator.voidRound(round.id, 'lost in an outage of the provider');
    const voided = await this.until(async () => {
      const now = await this.operator.round(round.id);
      return now.state === 'voided' ? now : undefined;
    });
    if (!voided) {
      this.account.notice('round-not-voided', `${roundId} was to be voided and is not`);
      return;
    }
    for (const bet of bets) this.account.posted(keyOf(rollbackOf(provider, round, bet)));
  }

  private comesBack(provider: string, round: Round, bet: CallAction): void {
    const takesBack = keyOf({ kind: 'bet', id: bet.id, provider });
    this.account.sent({ ...rollbackOf(provider, round, bet), amount: bet.amount, takesBack });
  }

  private async until(look: () => Promise<Round | undefined>): Promise<Round | undefined> {
    const deadline = Date.now() + this.patience.insistForMs;
    for (;;) {
      const found = await look();
      if (found || Date.now() > deadline) return found;
      await sleep(this.patience.firstPauseMs);
    }
  }
}

function hasBet({ actions }: Round, id: string): boolean {
  return actions.some(({ kind, providerTxId }) => kind === 'bet' && providerTxId === id);
}

/** The platform names such a rollback by its own id of the bet. */
function rollbackOf(provider: string, { actions }: Round, { id }: CallAction) {
  const bet = actions.find(({ kind, providerTxId }) => kind === 'bet' && providerTxId === id);
  return { kind: 'rollback' as const, id: `void:${bet?.transactionId ?? ''}`, provider };
}
