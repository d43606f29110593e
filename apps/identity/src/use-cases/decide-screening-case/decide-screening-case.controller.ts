import { appendAudit } from '@baize/audit';
import {
  refuse,
  screeningCommands,
  type CaseDecided,
  type DecideScreeningCase,
  type Result,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database, type Db } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { withFile } from '../../kyc';
import { isUuid } from '../../store/players';
import { closeCase, lockCase } from '../../store/screening-cases';

@Controller()
export class DecideScreeningCaseController {
  constructor(private readonly database: Database) {}

  @Handles(screeningCommands.decideScreeningCase)
  handle(command: DecideScreeningCase): Promise<Result<CaseDecided>> {
    return this.database.transactions.run((db) => decideCase(db, command));
  }
}

async function decideCase(db: Db, command: DecideScreeningCase): Promise<Result<CaseDecided>> {
  const { brand, caseId: id, decision, reason, evidence, actor } = command;
  const found = isUuid(id) ? await lockCase(db, brand, id) : undefined;
  if (!found) return refuse('identity.screening-case-not-found', 'There is no such case.');
  const status = decision === 'confirm' ? 'confirmed' : 'dismissed';
  if (found.status === status) return { ok: true, value: { id, status } };
  if (found.status !== 'open') {
    return refuse('identity.screening-case-decided', `This case was ${found.status} before.`);
  }
  if (status === 'confirmed' && found.evidence.length === 0 && evidence === undefined) {
    return refuse(
      'identity.evidence-missing',
      'Only the name agrees, and a name alone confirms nobody: say what else identifies the person.',
    );
  }
  // locked first, as everywhere that both are: the file, then the case
  await withFile(db, found.playerId, () => closeCase(db, id, { status, by: actor.id }));
  await appendAudit(db, {
    ...{ brand, actor, reason, subject: found.playerId, action: `screening-case.${status}` },
    details: { caseId: id, evidence: [...found.evidence, ...(evidence === undefined ? [] : ['stated'])] },
  });
  return { ok: true, value: { id, status } };
}
