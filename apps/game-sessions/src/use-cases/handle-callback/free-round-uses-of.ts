import type { MovementsPosted, PostMovements } from '@baize/contracts';
import type { ProviderCommand } from '../../domain/dialect';
import type { FreeRoundUse } from '../../store/free-round-uses';

/**
 * What a posted call played of free rounds: its bets and wins as the wallet has them, and as they were told. The first one counts the round and
 * carries the provider's word that all are over. What a rollback takes back is told of by the wallet's event.
 */
export function usesOf(
  { freeRounds, closeRound }: ProviderCommand,
  { told, actions }: { told: PostMovements['actions']; actions: PostMovements['actions'] },
  { actions: posted }: MovementsPosted,
): FreeRoundUse[] {
  if (!freeRounds) return [];
  const settled = closeRound || actions.some(({ kind }) => kind === 'win');
  const uses: FreeRoundUse[] = [];
  for (const [place, { kind, id, amount = 0 }] of actions.entries()) {
    const transactionId = posted[place]?.transactionId;
    if (kind === 'rollback') continue;
    const isFirst = uses.length === 0;
    uses.push({
      kind,
      movementId: id,
      ...(transactionId !== undefined && { transactionId }),
      rounds: isFirst ? freeRounds.rounds : 0,
      won: kind === 'win' ? amount : 0,
      ...(freeRounds.isTotal && { total: told[place]?.amount ?? 0 }),
      settled,
      ...(isFirst && freeRounds.finished && { finished: freeRounds.finished }),
    });
  }
  return uses;
}
