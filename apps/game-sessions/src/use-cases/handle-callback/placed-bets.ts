import type { Database } from '@baize/persistence';
import type { ProviderCommand } from '../../domain/dialect';
import { countPlacedBets } from '../../store/round-actions';

/** Bets that stand already. */
export class PlacedBets {
  constructor(private readonly database: Database) {}

  /**
   * Whether a call only asks again for bets that were placed: its answer got lost. It is asked when the call would be
   * refused, as the rounds that are projected follow the wallet within moments; the wallet compares the rest.
   */
  async hold(
    { playerId, ...of }: { brand: string; provider: string; playerId: string | undefined },
    { providerRoundId, actions }: ProviderCommand,
  ): Promise<boolean> {
    const betIds = [...new Set(actions.flatMap(({ kind, id }) => (kind === 'bet' ? [id] : [])))];
    if (playerId === undefined || providerRoundId === undefined || betIds.length === 0) return false;
    return (
      (await countPlacedBets(this.database, { ...of, playerId, providerRoundId, betIds })) === betIds.length
    );
  }
}
