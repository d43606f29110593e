import { Controller } from '@nestjs/common';
import { appendAudit } from '@baize/audit';
import {
  gameSessionsCommands,
  ok,
  refuse,
  type CancelFreeRounds,
  type FreeRoundsDto,
  type Result,
} from '@baize/contracts';
import { Handles, type RequestContext } from '@baize/messaging';
import { Database, type Db } from '@baize/persistence';
import { cancelWanted, type FreeRounds } from '../../domain/free-rounds';
import { FreeRoundOrders, heldMs } from '../../free-round-orders';
import { freeRoundsDto } from '../../free-rounds-dto';
import { isUuid } from '../../paging';
import { findFreeRounds, lockFreeRounds, postponeAsking, saveFreeRounds } from '../../store/free-rounds';

const answerReserveMs = 300;

/** Takes free rounds back: `cancelled` when the provider has, `cancelling` while it has not said so. */
@Controller()
export class CancelFreeRoundsController {
  constructor(
    private readonly database: Database,
    private readonly orders: FreeRoundOrders,
  ) {}

  @Handles(gameSessionsCommands.cancelFreeRounds)
  async handle(request: CancelFreeRounds, { deadline }: RequestContext): Promise<Result<FreeRoundsDto>> {
    const { id, brand } = request;
    const known = isUuid(id) ? await findFreeRounds(this.database, id, brand) : undefined;
    if (!known) return notFound;
    const wanted = await this.database.transactions.run((db) => this.want(db, request));
    if (wanted?.status === 'cancelled') return ok(freeRoundsDto(wanted));
    if (wanted?.status !== 'cancelling') return tooLate;
    const settled = await this.orders.settle(id, brand, deadline - answerReserveMs);
    return settled.status === 'cancelled' || settled.status === 'cancelling'
      ? ok(freeRoundsDto(settled))
      : tooLate;
  }

  /** Undefined when nothing can be taken back any more. */
  private async want(db: Db, { id, brand, actor }: CancelFreeRounds): Promise<FreeRounds | undefined> {
    const rounds = await lockFreeRounds(db, id);
    const wanted = rounds && cancelWanted(rounds);
    if (!wanted || wanted === rounds) return wanted;
    await saveFreeRounds(db, wanted);
    await postponeAsking(db, id, Date.now() + heldMs);
    const { playerId: subject } = wanted;
    const details = { freeRoundsId: id };
    await appendAudit(db, { brand, subject, actor, action: 'free-rounds.cancelled', details });
    return wanted;
  }
}

const notFound = refuse('game-sessions.free-rounds-not-found', 'There are no such free rounds.');
const tooLate = refuse(
  'game-sessions.free-rounds-over',
  'They cannot be taken back: they are over, or played.',
);
