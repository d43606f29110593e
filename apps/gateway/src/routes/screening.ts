import {
  CaseDecisionForm,
  caseStatuses,
  OneOf,
  Optional,
  PageRequest,
  screeningCommands,
  ScreeningForm,
  screeningQueries,
} from '@baize/contracts';
import { actorOf } from '../auth/caller';
import { api, type AnyApiRoute } from '../http/route';

const tag = 'Sanctions';

/** `GET /v1/sanctions/cases` */
class CasesQuery extends PageRequest {
  @Optional() @OneOf(caseStatuses) status?: (typeof caseStatuses)[number];
}

/** Sanctions screening: asking by name, and the hits of players. */
export const screeningRoutes: readonly AnyApiRoute[] = [
  api({
    method: 'POST',
    path: '/v1/sanctions/screenings',
    operationId: 'screenName',
    summary: 'Whom on the loaded lists a name may be',
    description: 'Nothing is stored. A name alone confirms nobody; every score explains itself.',
    tag,
    access: { scope: 'players:read' },
    priority: 'read',
    body: ScreeningForm,
    status: 200,
    contract: screeningQueries.screenName,
    request: ({ body }) => ({ ...body }),
  }),
  api({
    method: 'GET',
    path: '/v1/sanctions/lists',
    operationId: 'listSanctionsLists',
    summary: 'The loaded lists with their versions',
    tag,
    access: { scope: 'players:read' },
    priority: 'read',
    status: 200,
    contract: screeningQueries.listScreeningLists,
    request: () => ({}),
  }),
  api({
    method: 'GET',
    path: '/v1/sanctions/cases',
    operationId: 'listScreeningCases',
    summary: 'Hits of players, newest first',
    tag,
    access: { scope: 'compliance:write' },
    priority: 'read',
    query: CasesQuery,
    status: 200,
    contract: screeningQueries.listScreeningCases,
    request: ({ brand, query }) => Object.assign({ brand }, query),
  }),
  api({
    method: 'POST',
    path: '/v1/sanctions/cases/{id}/decisions',
    operationId: 'decideScreeningCase',
    summary: 'Confirms or dismisses a hit',
    description:
      'Confirming needs evidence beside the name and blocks the person everywhere, until two people lift it. A dismissal holds for this version of the entry. Deciding again the same way changes nothing.',
    tag,
    access: { scope: 'compliance:write' },
    priority: 'bet',
    body: CaseDecisionForm,
    status: 200,
    contract: screeningCommands.decideScreeningCase,
    request: ({ brand, params, body, caller }) => ({
      ...body,
      brand,
      caseId: params.id ?? '',
      actor: actorOf(caller),
    }),
  }),
];
