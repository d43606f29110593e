import { appendAudit } from '@baize/audit';
import {
  ok,
  refuse,
  screeningCommands,
  type ApplyRestriction,
  type CaseDecided,
  type DecideScreeningCase,
  type Result,
} from '@baize/contracts';
import { Handles, type RequestContext } from '@baize/messaging';
import { Database, type Db } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { DeliverRestrictions } from '../../deliver-restrictions';
import { currentMarketPolicy } from '../../domain/market-policies';
import { withFile } from '../../kyc';
import { currentChange, lockGroup, restrict } from '../../store/fences';
import { findPersonOf, isUuid } from '../../store/players';
import { closeCase, lockCase, type CaseRow } from '../../store/screening-cases';

const reserveMs = 200;

/** What a decision left behind: the change that everybody has to have, when the person is blocked. */
type Decided = Result<CaseDecided & { change?: ApplyRestriction | undefined }>;

/**
 * Decides on a hit. A confirmed one blocks the person in the same transaction, as an operator does and without an end:
 * two people lift it. It is answered like an exclusion, once nobody can act against it; asked again it says so again.
 */
@Controller()
export class DecideScreeningCaseController {
  constructor(
    private readonly database: Database,
    private readonly deliveries: DeliverRestrictions,
  ) {}

  @Handles(screeningCommands.decideScreeningCase)
  async handle(command: DecideScreeningCase, { deadline }: RequestContext): Promise<Result<CaseDecided>> {
    const decided = await this.database.transactions.run((db) => decideCase(db, command));
    if (!decided.ok) return decided;
    const { change, ...answer } = decided.value;
    const isKnown = !change || (await this.deliveries.acknowledge(change, Date.now(), deadline - reserveMs));
    if (isKnown) return ok(answer);
    return refuse(
      'identity.exclusion-not-acknowledged',
      'It is decided and the person blocked, but not everybody has said so yet. Repeat it to be told.',
    );
  }
}

async function decideCase(db: Db, command: DecideScreeningCase): Promise<Decided> {
  const { brand, caseId: id, decision, reason, evidence, actor } = command;
  const found = isUuid(id) ? await lockCase(db, brand, id) : undefined;
  if (!found) return refuse('identity.screening-case-not-found', 'There is no such case.');
  const personId = await findPersonOf(db, found.playerId);
  if (personId === undefined) throw new Error('a case lost its player');
  const status = decision === 'confirm' ? 'confirmed' : 'dismissed';
  if (found.status === status) {
    return ok({ id, status, ...(status === 'confirmed' && { change: await currentChange(db, personId) }) });
  }
  if (found.status !== 'open') {
    return refuse('identity.screening-case-decided', `This case was ${found.status} before.`);
  }
  if (status === 'confirmed' && found.evidence.length === 0 && evidence === undefined) {
    return refuse(
      'identity.evidence-missing',
      'Only the name agrees, and a name alone confirms nobody: say what else identifies the person.',
    );
  }
  let change: ApplyRestriction | undefined;
  // The file first, then the person, then its players: who settles a file locks its player after it.
  await withFile(db, found.playerId, async () => {
    if (status === 'confirmed') change = await block(db, command, { ...found, personId });
    await closeCase(db, id, { status, by: actor.id });
  });
  await appendAudit(db, {
    ...{ brand, actor, reason, subject: found.playerId, action: `screening-case.${status}` },
    details: { caseId: id, evidence: [...found.evidence, ...(evidence === undefined ? [] : ['stated'])] },
  });
  return ok({ id, status, change });
}

/** Players read the reason of what restricts them: it tells nobody that a list does. */
async function block(
  db: Db,
  { brand, actor }: DecideScreeningCase,
  { id: caseId, playerId, personId }: Pick<CaseRow, 'id' | 'playerId' | 'personId'>,
): Promise<ApplyRestriction> {
  const id = uuidv7();
  const kind = 'operator-block' as const;
  const reason = 'decision of the operator';
  const { version: policyVersion } = currentMarketPolicy;
  const restriction = { id, personId, kind, reason, actor, brand, playerId, expiresAt: null, policyVersion };
  const change = await restrict(db, await lockGroup(db, personId), restriction);
  await appendAudit(db, {
    ...{ subject: playerId, brand, actor, action: 'exclusion.created', reason },
    details: { exclusionId: id, kind, caseId, epoch: change.epoch },
  });
  return change;
}
