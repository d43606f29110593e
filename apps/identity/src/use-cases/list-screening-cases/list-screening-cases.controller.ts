import {
  refuse,
  screeningQueries,
  type ListScreeningCases,
  type Result,
  type ScreeningCaseDto,
  type ScreeningCasePage,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';
import { PersonalData } from '../../crypto/personal-data';
import { isUuid } from '../../store/players';
import { listCases, type CaseRow } from '../../store/screening-cases';

const DEFAULT_LIMIT = 50;

@Controller()
export class ListScreeningCasesController {
  constructor(
    private readonly database: Database,
    private readonly personalData: PersonalData,
  ) {}

  @Handles(screeningQueries.listScreeningCases)
  async handle(request: ListScreeningCases): Promise<Result<ScreeningCasePage>> {
    const { brand, status, cursor: before, limit = DEFAULT_LIMIT } = request;
    if (before !== undefined && !isUuid(before)) {
      const errors = [{ path: '/cursor', message: 'is not a cursor of this list' }];
      return refuse('request.invalid', 'The cursor is not one that a list gave.', { errors });
    }
    const rows = await listCases(this.database, { brand, status, before, limit: limit + 1 });
    const page = rows.slice(0, limit);
    const nextCursor = rows.length > limit ? page.at(-1)?.id : undefined;
    const items = page.map((row) => this.show(row));
    return { ok: true, value: nextCursor === undefined ? { items } : { items, nextCursor } };
  }

  private show(row: CaseRow): ScreeningCaseDto {
    const { id, playerId, list, name, score, evidence, status, openedAt, decidedAt, wrappedKey } = row;
    const person = wrappedKey && { id: row.personId, wrappedKey };
    const opened = person
      ? (this.personalData.open(person, row.explanation, id) as { text: string })
      : undefined;
    return {
      ...{ id, playerId, entryId: `${list}-${row.sourceId}`, list, name, score, evidence, status },
      explanation: opened?.text ?? 'The person was erased.',
      openedAt: openedAt.toISOString(),
      ...(decidedAt && { decidedAt: decidedAt.toISOString() }),
    };
  }
}
