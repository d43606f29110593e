import { ok, type MovementsPosted, type PostMovements, type Result } from '@baize/contracts';
import { Database } from '@baize/persistence';
import { counter } from '@baize/runtime';
import { Injectable } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { compileMovements } from '../../domain/compile';
import type { PostingUnit } from '../../domain/instruction';
import { isOurId } from '../../domain/player-id';
import { refusal, toBalanceDto } from '../../domain/refusals';
import type { PostedUnit } from '../../domain/verdict';
import { areDecided } from '../../store/movement-keys';
import { PostingEngine } from '../../store/posting-engine';

const movements = counter('wallet_movements_total', 'Movements by what became of them', ['kind', 'status']);
const refusals = counter('wallet_refusals_total', 'Refused provider calls', ['code']);

/** Posts a provider's call: all of its movements or none, each exactly once. */
@Injectable()
export class PostMovementsUseCase {
  constructor(
    private readonly engine: PostingEngine,
    private readonly database: Database,
  ) {}

  /** @throws PostingFault when there is no verdict: ask again with the same ids */
  async execute(
    command: PostMovements,
    deadlineMs: number,
    traceparent?: string,
  ): Promise<Result<MovementsPosted>> {
    const problem = missing(command);
    if (problem) return refusal(problem);
    const unit = compileMovements(command, { newId: uuidv7, traceparent });
    if (command.noNewBets && !(await this.areOldBets(unit))) return refusal('wallet.bet-not-found');
    const verdict = await this.engine.post(unit, deadlineMs);
    if ('refused' in verdict) {
      refusals.inc({ code: verdict.refused });
      return refusal(verdict.refused, command.currency, verdict.balance);
    }
    if (command.closeId !== undefined && closedByAnother(verdict))
      return refusal('wallet.round-closed', command.currency, verdict.balance);
    return ok(toReply(command, unit, verdict));
  }

  private areOldBets({ playerId, instructions }: PostingUnit): Promise<boolean> {
    const bets = instructions.flatMap(({ kind, key }) => (kind === 'bet' && key ? [key] : []));
    return this.database.transactions.run((db) => areDecided(db, playerId, bets));
  }
}

/** What the schema cannot say: a bet or a win has an amount, a rollback an original, a closing call a round. */
function missing({ playerId, actions, closeRound, closeId, providerRoundId }: PostMovements) {
  if (!isOurId(playerId)) return 'wallet.player-not-found';
  if (actions.length === 0 && !closeRound) return 'request.invalid';
  if (closeRound && providerRoundId === undefined) return 'request.invalid';
  // a closing that can be refused is not posted beside movements
  if (closeId !== undefined && (!closeRound || actions.length > 0)) return 'request.invalid';
  const whole = actions.every(({ kind, amount, reference }) =>
    kind === 'rollback' ? reference !== undefined : amount !== undefined,
  );
  return whole ? undefined : 'request.invalid';
}

/** Of a round that somebody else closed, the closing is the round itself; of one's own, it is the first try's. */
function closedByAnother({ posted, roundId }: PostedUnit): boolean {
  return posted.some(({ status, transactionId }) => status === 'replayed' && transactionId === roundId);
}

function toReply(
  command: PostMovements,
  { instructions }: PostingUnit,
  { posted, balance, roundId, roundClosed }: PostedUnit,
): MovementsPosted {
  const actions = command.actions.map(({ id, kind }, index) => {
    const { status, transactionId, postedAt, balanceAfter } = posted[index]!;
    movements.inc({ kind: instructions[index]!.kind, status });
    return {
      id,
      kind,
      status,
      transactionId,
      postedAt: postedAt.toISOString(),
      balanceAfter: Number(balanceAfter),
    };
  });
  return { actions, balance: toBalanceDto(command.currency, balance), roundId, roundClosed };
}
