import {
  ok,
  refuse,
  type ApplyRestriction,
  type CreateExclusion,
  type ExclusionDto,
  type Result,
} from '@baize/contracts';
import { appendAudit } from '@baize/audit';
import { Database, type Db } from '@baize/persistence';
import { histogram, systemClock } from '@baize/runtime';
import { Injectable } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { DeliverRestrictions } from '../../deliver-restrictions';
import { currentMarketPolicy } from '../../domain/market-policies';
import { decideExclusion, exclusionRulesOf, type AcceptedExclusion } from '../../domain/restrictions';
import { currentChange, lockGroup, restrict } from '../../store/fences';
import { findStanding } from '../../store/players';
import {
  findRequest,
  findRestriction,
  insertRequest,
  storeAnswer,
  type ExclusionRequest,
} from '../../store/restrictions';

type Answer = Result<ExclusionDto>;

const seconds = histogram(
  'identity_exclusion_seconds',
  'From the request of an exclusion to its acknowledgement',
  [],
  [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 6, 9],
);

/** Kept of the caller's time to put the answer into words. */
const reserveMs = 200;

/**
 * Restricts a person in every account. The restriction holds from its commit for all who ask identity; the answer comes
 * once nobody can act against it any more. Whatever happens then, identity goes on until every touchpoint has it.
 */
@Injectable()
export class ExcludePersonUseCase {
  constructor(
    private readonly database: Database,
    private readonly deliveries: DeliverRestrictions,
  ) {}

  /** @param deadlineMs absolute, epoch milliseconds */
  async execute(command: CreateExclusion, deadlineMs: number): Promise<Answer> {
    const startedAt = performance.now();
    const { brand, idempotency, playerId } = command;
    const [known, standing] = await Promise.all([
      findRequest(this.database, brand, idempotency),
      findStanding(this.database, playerId, brand),
    ]);
    if (known) return this.resume(command, known, deadlineMs);
    if (!standing) return refuse('identity.player-not-found', 'There is no such player.');
    const rules = exclusionRulesOf(currentMarketPolicy, standing.country);
    const accepted = decideExclusion(command.form, command.actor, rules, systemClock.now());
    if (!accepted.ok) return accepted;
    const id = uuidv7();
    const change = await this.database.transactions.run((db) =>
      this.restrict(db, command, { id, personId: standing.personId, accepted: accepted.value }),
    );
    if (!change) return this.execute(command, deadlineMs);
    const answer = await this.acknowledge(command, id, change, deadlineMs);
    seconds.observe((performance.now() - startedAt) / 1_000);
    return answer;
  }

  /** The whole of it in one transaction; undefined when another request with the key came first. */
  private async restrict(
    db: Db,
    { form, actor, brand, playerId, idempotency }: CreateExclusion,
    { id, personId, accepted }: { id: string; personId: string; accepted: AcceptedExclusion },
  ): Promise<ApplyRestriction | undefined> {
    if (!(await insertRequest(db, brand, idempotency, id))) return undefined;
    const group = await lockGroup(db, personId);
    const restriction = { id, personId, brand, playerId, actor, reason: form.reason, ...accepted };
    const policyVersion = currentMarketPolicy.version;
    const change = await restrict(db, group, { ...restriction, policyVersion });
    await appendAudit(db, {
      ...{ subject: playerId, brand, actor, action: 'exclusion.created', reason: form.reason },
      details: { exclusionId: id, kind: form.kind, duration: form.duration, epoch: change.epoch },
    });
    return change;
  }

  private async resume(
    command: CreateExclusion,
    known: ExclusionRequest,
    deadlineMs: number,
  ): Promise<Answer> {
    if (known.bodySha256 !== command.idempotency.bodySha256) {
      return refuse('idempotency.key-reused', 'This key came with another body before. Use a new key.');
    }
    if (known.answer) return ok({ ...known.answer, replayed: true });
    const restriction = await findRestriction(this.database, known.restrictionId, command.brand);
    const change = restriction && (await currentChange(this.database, restriction.personId));
    if (!change) throw new Error('a restriction lost its person');
    return this.acknowledge(command, known.restrictionId, change, deadlineMs);
  }

  private async acknowledge(
    { brand, idempotency }: CreateExclusion,
    id: string,
    change: ApplyRestriction,
    deadlineMs: number,
  ): Promise<Answer> {
    const [touchpoints, restriction] = await Promise.all([
      this.deliveries.acknowledge(change, Date.now(), deadlineMs - reserveMs),
      findRestriction(this.database, id, brand),
    ]);
    if (!touchpoints || !restriction) {
      return refuse(
        'identity.exclusion-not-acknowledged',
        'It is in force, but not everybody has said so yet. Repeat with the same key to be told.',
      );
    }
    const { epoch, effectiveAt, expiresAt } = restriction;
    const answer = {
      ...{ id, epoch: Number(epoch), effectiveAt: effectiveAt.toISOString() },
      expiresAt: expiresAt?.toISOString() ?? null,
      touchpoints,
    };
    return ok(await storeAnswer(this.database, brand, idempotency, answer));
  }
}
