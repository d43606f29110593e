import type { RoundDto } from '@baize/contracts';
import type { Db } from '@baize/persistence';
import { listActions, sumActions } from '../../store/round-actions';
import type { ListedRound } from '../../store/rounds';

/** Rounds as they are shown: with their figures and their first actions. */
export async function recall(
  db: Db,
  rounds: readonly ListedRound[],
  maxActions: number,
): Promise<RoundDto[]> {
  const ids = rounds.map(({ id }) => id);
  const actions = await listActions(db, ids, maxActions);
  const figures = await sumActions(db, ids);
  return rounds.map((round) => ({
    id: round.id,
    playerId: round.playerId,
    provider: round.provider,
    gameId: round.gameId,
    providerRoundId: round.providerRoundId,
    ...(round.sessionId !== undefined && { sessionId: round.sessionId }),
    currency: round.currency,
    state: round.state,
    staked: Number(round.staked),
    won: Number(round.won),
    ...figures.get(round.id)!,
    ...(round.rtpBasisPoints !== undefined && { rtpBasisPoints: round.rtpBasisPoints }),
    openedAt: round.openedAt,
    ...(round.closedAt !== undefined && { closedAt: round.closedAt }),
    ...(round.interruptedAt !== undefined && { interruptedAt: round.interruptedAt }),
    actions: actions.get(round.id) ?? [],
  }));
}
