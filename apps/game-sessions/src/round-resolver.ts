import { walletCommands, type PostMovements } from '@baize/contracts';
import type { RequestClient } from '@baize/messaging';
import { addToOutbox, type Database } from '@baize/persistence';
import type { Logger } from '@baize/runtime';
import { setTimeout as pause } from 'node:timers/promises';
import type { Dialect } from './domain/dialect';
import { newsOf, type Round } from './domain/round';
import { roundEvent } from './domain/round-events';
import { settledId, voidedId, type RoundPolicy } from './domain/round-policy';
import { listBetsAndWins } from './store/round-actions';
import { finishResolution, type RoundResolution } from './store/round-resolutions';
import { lockRounds, saveRounds } from './store/rounds';

/** What one call of the wallet takes. */
const actionsAtOnce = 64;
const pollMs = 25;
const stepMs = 4_000;
type Move = PostMovements['actions'][number];

/** How a provider's rounds are ended from our side. */
export interface RoundEnds {
  policyOf(provider: string): RoundPolicy;
  idScopeOf(provider: string): Dialect['idScope'];
}

/**
 * Carries out what was decided about a round, through the wallet. Every step has an id that follows from the decision,
 * so that it may be tried again by anybody at any time and moves money once.
 */
export class RoundResolver {
  constructor(
    private readonly database: Database,
    private readonly client: RequestClient,
    private readonly ends: RoundEnds,
    private readonly log: Logger,
  ) {}

  /** Goes as far as the deadline allows; never throws, as what is left is tried again later. */
  async carryOut(resolution: RoundResolution, deadlineMs: number): Promise<void> {
    try {
      const [round] = await this.database.transactions.run((db) => lockRounds(db, [resolution.roundId]));
      if (!round) return;
      const refusal =
        resolution.action === 'void'
          ? await this.voidRound(round, resolution, deadlineMs)
          : await this.settle(round, resolution, deadlineMs);
      if (refusal !== 'later') await this.finish(resolution, refusal);
    } catch (error) {
      const { id, roundId, action } = resolution;
      this.log.warn({ err: error, resolutionId: id, roundId, action }, 'a round could not be resolved yet');
    }
  }

  /** A refused voiding leaves the round as its movements made it. */
  private finish({ id, roundId, action }: RoundResolution, refusal?: string): Promise<void> {
    return this.database.transactions.run(async (db) => {
      const [round] = await lockRounds(db, [roundId]);
      const finished = await finishResolution(db, id, refusal);
      if (!round || !finished || refusal === undefined || action !== 'void') return;
      const after = { ...round, voiding: false };
      await saveRounds(db, [after]);
      // its close was kept back while it was being voided
      const news = newsOf(undefined, after, new Date().toISOString());
      if (news?.state === 'closed') await addToOutbox(db, [roundEvent(after, news)]);
    });
  }

  /**
   * Pays what the provider says was won, if anything, and closes the round: one unit. Done is what the round shows:
   * while events are behind, nobody decides about it once more and pays once more.
   */
  private async settle(
    round: Round,
    { id, win, actor }: RoundResolution,
    deadlineMs: number,
  ): Promise<string | undefined> {
    const actions: Move[] = win === undefined ? [] : [{ kind: 'win', id: settledId(id), amount: win }];
    const refused = await this.post(round, { actions, closeRound: true, actor }, deadlineMs);
    if (refused !== undefined) return refused;
    return (await this.isSeen(round.id, 'closed', deadlineMs)) ? undefined : 'later';
  }

  /**
   * Closes the round first: from then on the wallet takes no bet in it, and once the close has come back as an event,
   * every bet that it ever took has, too. Then all of them are taken back. A round that its provider ended before is
   * refused: whoever decided had not seen it yet.
   */
  private async voidRound(
    round: Round,
    { id, actor }: RoundResolution,
    deadlineMs: number,
  ): Promise<string | undefined> {
    const close = { actions: [], closeRound: true, closeId: voidedId(id), actor };
    const refusal = await this.post(round, close, deadlineMs);
    if (refusal !== undefined && refusal !== 'wallet.round-closed') return refusal;
    if (!(await this.isSeen(round.id, 'closed', deadlineMs))) return 'later';
    if (refusal !== undefined) return refusal;
    const takeBack = (kind: 'bet' | 'win') => this.takeBack(round, kind, actor, deadlineMs);
    if (this.ends.policyOf(round.provider).voidWins === 'keep') return takeBack('bet');
    // Wins first: they are not left behind when the bets go back and something fails in between.
    const refused = (await takeBack('win')) ?? (await takeBack('bet'));
    if (refused !== undefined) return refused;
    // Until the last bet was gone the wallet paid wins that came: they go back, too.
    return (await this.isSeen(round.id, 'bets_rolled_back = bets', deadlineMs)) ? takeBack('win') : 'later';
  }

  /** Awards stay with the player. */
  private async takeBack(
    round: Round,
    kind: 'bet' | 'win',
    actor: string,
    deadlineMs: number,
  ): Promise<string | undefined> {
    const all = await listBetsAndWins(this.database, round.id);
    const wanted = all.filter((action) => action.kind === kind && !action.award);
    const rollbacks = wanted.map(({ transactionId, providerTxId }): Move => ({
      kind: 'rollback',
      id: voidedId(transactionId),
      reference: { kind, id: providerTxId },
    }));
    for (let at = 0; at < rollbacks.length; at += actionsAtOnce) {
      const actions = rollbacks.slice(at, at + actionsAtOnce);
      const refused = await this.post(round, { actions, closeRound: false, actor }, deadlineMs);
      if (refused !== undefined) return refused;
    }
    return undefined;
  }

  /** Waits until the wallet's events have made it so. */
  private async isSeen(
    roundId: string,
    condition: 'closed' | 'bets_rolled_back = bets',
    deadlineMs: number,
  ): Promise<boolean> {
    for (;;) {
      const seen = await this.database.query(`SELECT 1 FROM round WHERE id = $1 AND ${condition}`, [roundId]);
      if (seen.length > 0) return true;
      if (Date.now() + pollMs >= deadlineMs) return false;
      await pause(pollMs);
    }
  }

  /** @returns the refusal's code, or undefined. @throws ServiceFault when it is unknown whether it was posted */
  private async post(
    round: Round,
    what: Pick<PostMovements, 'actions' | 'actor' | 'closeRound' | 'closeId'>,
    deadlineMs: number,
  ): Promise<string | undefined> {
    const result = await this.client.call(
      walletCommands.post,
      {
        brand: round.brand,
        provider: round.provider,
        playerId: round.playerId,
        currency: round.currency,
        gameId: round.gameId,
        providerRoundId: round.providerRoundId,
        ...(round.sessionId !== undefined && { sessionId: round.sessionId }),
        idScope: this.ends.idScopeOf(round.provider),
        rules: { unknownOriginal: 'refuse', settledOriginal: 'allow', winWithoutBet: 'refuse' },
        receivedAt: new Date().toISOString(),
        ...what,
      },
      { deadlineMs: Math.max(deadlineMs, Date.now() + stepMs) },
    );
    if (result.ok) return undefined;
    if (result.error.code === 'request.deadline-passed') throw new Error(result.error.code);
    return result.error.code;
  }
}
