import { appendAudit } from '@baize/audit';
import {
  ok,
  refuse,
  type Actor,
  type ApproveLift,
  type LiftDto,
  type RequestLift,
  type Result,
} from '@baize/contracts';
import { Database, type Db } from '@baize/persistence';
import { systemClock } from '@baize/runtime';
import { Injectable } from '@nestjs/common';
import { currentMarketPolicy } from '../../domain/market-policies';
import type { RegisterAnswer } from '../../domain/national-register';
import { decideLift, exclusionRulesOf } from '../../domain/restrictions';
import { changeFence, lockGroup, type Group } from '../../store/fences';
import { findLift, insertApproval, insertLift } from '../../store/lifts';
import { findCountry } from '../../store/players';
import { findRegisterAnswer } from '../../store/register-answers';
import { endRestriction, findRestriction, type Restriction } from '../../store/restrictions';

const people = 2;

/**
 * Ends a restriction before people would otherwise never see it end: somebody asks, the cooling-off passes, and two
 * people of the operator agree. Who asks is one of them, unless it is the player.
 */
@Injectable()
export class LiftExclusionUseCase {
  constructor(private readonly database: Database) {}

  request({ exclusionId, brand, form, actor }: RequestLift): Promise<Result<LiftDto>> {
    return this.change(exclusionId, brand, async (db, restriction) => {
      if (actor.kind === 'player' && actor.id !== restriction.playerId) return notFound();
      const country = await findCountry(db, restriction.playerId);
      const rules = exclusionRulesOf(currentMarketPolicy, country ?? '');
      const atRegister = await this.atRegister(db, restriction);
      const earliest = decideLift({ ...restriction, atRegister }, rules, systemClock.now());
      if (!earliest.ok) return earliest;
      await insertLift(db, exclusionId, { actor, reason: form.reason, earliestAt: earliest.value });
      if (actor.kind !== 'player') await insertApproval(db, exclusionId, actor);
      await record(db, restriction, actor, 'exclusion.lift-requested', form.reason);
      return this.answer(db, exclusionId, 'awaiting-approval');
    });
  }

  approve({ exclusionId, brand, actor }: ApproveLift): Promise<Result<LiftDto>> {
    return this.change(exclusionId, brand, async (db, restriction, group) => {
      if (restriction.endedAt) return refuse('identity.exclusion-not-liftable', 'It has ended already.');
      const lift = await findLift(db, exclusionId);
      if (!lift) return refuse('identity.exclusion-not-liftable', 'Nobody has asked for its end.');
      if ((await this.atRegister(db, restriction)) === 'excluded') {
        return refuse('identity.exclusion-not-liftable', 'The national register has the entry again.');
      }
      if (!lift.isDue) {
        const data = { earliestAt: lift.earliestAt.toISOString() };
        return refuse('identity.cooling-off', 'The cooling-off is not over yet.', { data });
      }
      if (!(await insertApproval(db, exclusionId, actor))) {
        return refuse('identity.same-approver', 'Somebody else must agree as well.');
      }
      if (lift.approvedBy.length + 1 < people) {
        await record(db, restriction, actor, 'exclusion.lift-approved');
        return this.answer(db, exclusionId, 'awaiting-approval');
      }
      await endRestriction(db, exclusionId, 'lifted');
      await changeFence(db, group);
      await record(db, restriction, actor, 'exclusion.lifted');
      return this.answer(db, exclusionId, 'lifted');
    });
  }

  /** Within a transaction that holds the person, so that nothing else changes what restricts it. */
  private async change(
    exclusionId: string,
    brand: string,
    act: (db: Db, restriction: Restriction, group: Group) => Promise<Result<LiftDto>>,
  ): Promise<Result<LiftDto>> {
    const found = await findRestriction(this.database, exclusionId, brand);
    if (!found) return notFound();
    return this.database.transactions.run(async (db) => {
      const group = await lockGroup(db, found.personId);
      const restriction = await findRestriction(db, exclusionId, brand);
      return restriction ? act(db, restriction, group) : notFound();
    });
  }

  private async atRegister(db: Db, { kind, playerId }: Restriction): Promise<RegisterAnswer | undefined> {
    return kind === 'national-register' ? findRegisterAnswer(db, playerId) : undefined;
  }

  private async answer(db: Db, exclusionId: string, status: LiftDto['status']): Promise<Result<LiftDto>> {
    const lift = await findLift(db, exclusionId);
    if (!lift) throw new Error('a lift request vanished under the lock of its person');
    const { earliestAt, approvedBy } = lift;
    return ok({ exclusionId, status, earliestAt: earliestAt.toISOString(), approvals: approvedBy.length });
  }
}

function notFound(): Result<never> {
  return refuse('identity.exclusion-not-found', 'There is no such exclusion.');
}

async function record(
  db: Db,
  { id, playerId, brand, kind }: Restriction,
  actor: Actor,
  action: string,
  reason?: string,
): Promise<void> {
  await appendAudit(db, {
    subject: playerId,
    brand,
    actor,
    action,
    reason,
    details: { exclusionId: id, kind },
  });
}
