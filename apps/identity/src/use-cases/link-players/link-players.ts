import { appendAudit } from '@baize/audit';
import { ok, refuse, type LinkPlayers, type PlayersLinked, type Result } from '@baize/contracts';
import { Database } from '@baize/persistence';
import { Injectable } from '@nestjs/common';
import { DeliverRestrictions } from '../../deliver-restrictions';
import { changeFence, linkGroups } from '../../store/fences';
import { findPersonOf, findStanding } from '../../store/players';

const reserveMs = 200;

/** Two accounts, of one brand or two, are one person's: the restrictions of each hold for both from now on. */
@Injectable()
export class LinkPlayersUseCase {
  constructor(
    private readonly database: Database,
    private readonly deliveries: DeliverRestrictions,
  ) {}

  async execute(command: LinkPlayers, deadlineMs: number): Promise<Result<PlayersLinked>> {
    const { playerId, otherPlayerId, brand, actor, reason } = command;
    const one = await findStanding(this.database, playerId, brand);
    const other = await findPersonOf(this.database, otherPlayerId);
    if (!one || !other) return refuse('identity.player-not-found', 'There is no such player.');
    const change = await this.database.transactions.run(async (db) => {
      const group = await linkGroups(db, one.personId, other);
      await appendAudit(db, {
        ...{ subject: playerId, brand, actor, action: 'person.linked', reason },
        details: { otherPlayerId },
      });
      return changeFence(db, group);
    });
    const done = await this.deliveries.acknowledge(change, Date.now(), deadlineMs - reserveMs);
    if (done) return ok({ epoch: change.epoch });
    return refuse(
      'identity.exclusion-not-acknowledged',
      'They are linked, but not everybody has said so yet.',
    );
  }
}
