import { Actor, PageRequest } from './common';
import { command, query } from './contract';
import {
  Count,
  Country,
  Id,
  ListOf,
  Nested,
  OneOf,
  Optional,
  Share,
  Text,
  TextList,
  Timestamp,
} from './fields';

/** `POST /v1/sanctions/screenings` */
export class ScreeningForm {
  /** In any script and order. */
  @Text(200) name: string;
  /** `YYYY-MM-DD`. */
  @Optional() @Text(10, 10) dateOfBirth?: string;
  @Optional() @Country() country?: string;
}
export class ScreeningMatchDto {
  /** `<list>-<the publisher's number>`. */
  @Id() entryId: string;
  @Text(40) list: string;
  /** The entry's primary name. */
  @Text(400) name: string;
  /** 0 to 1. */
  @Share() score: number;
  /** Every step to the score. */
  @Text(4_000) explanation: string;
}
export class ScreeningReply {
  /** Best first. A match is a question to people: a name alone confirms nobody. */
  @ListOf(() => ScreeningMatchDto, 50) matches: ScreeningMatchDto[];
}

export const caseStatuses = ['open', 'confirmed', 'dismissed'] as const;
export class ListScreeningCases extends PageRequest {
  @Id() brand: string;
  @Optional() @OneOf(caseStatuses) status?: (typeof caseStatuses)[number];
}
export class ScreeningCaseDto {
  @Id() id: string;
  @Id() playerId: string;
  @Id() entryId: string;
  @Text(40) list: string;
  /** The entry's primary name. */
  @Text(400) name: string;
  @Share() score: number;
  @Text(4_000) explanation: string;
  /** What agrees beside the name: `birth-date`, `country`. */
  @TextList(5) evidence: string[];
  @OneOf(caseStatuses) status: (typeof caseStatuses)[number];
  @Timestamp() openedAt: string;
  @Optional() @Timestamp() decidedAt?: string;
}
export class ScreeningCasePage {
  @ListOf(() => ScreeningCaseDto, 200) items: ScreeningCaseDto[];
  @Optional() @Text(512) nextCursor?: string;
}
/** `POST /v1/sanctions/cases/{id}/decisions` */
export class CaseDecisionForm {
  /** A dismissal holds for this version of the entry; a changed entry is a new case. */
  @OneOf(['confirm', 'dismiss']) decision: 'confirm' | 'dismiss';
  @Text(500) reason: string;
  /** What identifies the person beside the name, such as a document's kind; needed where the case has none. */
  @Optional() @Text(200) evidence?: string;
}
export class DecideScreeningCase extends CaseDecisionForm {
  @Id() brand: string;
  @Id() caseId: string;
  @Nested(() => Actor) actor: Actor;
}
export class CaseDecided {
  @Id() id: string;
  @OneOf(caseStatuses) status: (typeof caseStatuses)[number];
}
export class ScreenName extends ScreeningForm {}
export class ScreeningListDto {
  @Text(40) list: string;
  @Count() version: number;
  @Count() entries: number;
  @Count() added: number;
  @Count() changed: number;
  @Count() removed: number;
  @Timestamp() loadedAt: string;
}
export class ListScreeningLists {}
export class ScreeningLists {
  @ListOf(() => ScreeningListDto, 50) items: ScreeningListDto[];
}

export const screeningCommands = {
  decideScreeningCase: command('identity', 'decide-screening-case', {
    request: DecideScreeningCase,
    reply: CaseDecided,
    callers: ['gateway'],
    timeoutMs: 9_000,
    description:
      'Confirms or dismisses a hit on a sanctions list. Confirming blocks the person, and is answered once nobody can act against it.',
  }),
};
export const screeningQueries = {
  screenName: query('identity', 'screen-name', {
    request: ScreenName,
    reply: ScreeningReply,
    callers: ['gateway'],
    description: 'Whom on the loaded sanctions lists a name may be, with every score explained.',
  }),
  listScreeningCases: query('identity', 'list-screening-cases', {
    request: ListScreeningCases,
    reply: ScreeningCasePage,
    callers: ['gateway'],
    description: 'Hits of players on sanctions lists, newest first.',
  }),
  listScreeningLists: query('identity', 'list-screening-lists', {
    request: ListScreeningLists,
    reply: ScreeningLists,
    callers: ['gateway'],
    description: 'The loaded sanctions lists with their versions and what the last load changed.',
  }),
};
