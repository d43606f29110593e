import { PageRequest, roundCommands, roundQueries, RoundResolutionForm } from '@baize/contracts';
import { actorOf } from '../auth/caller';
import { api, type AnyApiRoute } from '../http/route';
import { linesType, openLines } from '../streams/lines';
import { RoundExportQuery, StuckRoundsQuery } from './forms';

const tag = 'Rounds';
const pageSize = 200;
const maxExported = 10_000;

/** Recall, rounds that their provider does not end, and the export. */
export const roundRoutes: readonly AnyApiRoute[] = [
  api({
    method: 'GET',
    path: '/v1/players/{id}/rounds',
    operationId: 'listRounds',
    summary: 'Rounds of a player, newest first',
    tag,
    access: { scope: 'games:read', player: true },
    priority: 'read',
    query: PageRequest,
    status: 200,
    contract: roundQueries.listPlayerRounds,
    owner: ({ params }) => params.id,
    request: ({ brand, params, query }) => Object.assign({ brand, playerId: params.id ?? '' }, query),
  }),
  api({
    method: 'GET',
    path: '/v1/rounds/{id}',
    operationId: 'getRound',
    summary: 'A round with every action in order',
    tag,
    access: { scope: 'games:read', player: true },
    priority: 'read',
    status: 200,
    contract: roundQueries.getRound,
    request: ({ brand, params, playerId }) => ({ brand, roundId: params.id ?? '', playerId }),
  }),
  api({
    method: 'GET',
    path: '/v1/rounds/export',
    operationId: 'exportRounds',
    summary: 'Rounds that are no longer open, as NDJSON',
    description:
      'A line for each: `{"cursor", "round"}`. The answer ends where there is nothing more at present, or after ' +
      '10,000 rounds; go on with the cursor of the last line that arrived whole. None is missed, whatever is written ' +
      'meanwhile, and a round that changes later (a late win) comes again as it is then.',
    tag,
    access: { scope: 'games:read' },
    priority: 'read',
    query: RoundExportQuery,
    status: 200,
    contract: roundQueries.exportRounds,
    request: ({ brand, query }) => Object.assign({ brand }, query),
    stream: {
      contentType: linesType,
      description: 'Each line is an ExportedRound: `{"cursor", "round"}`.',
      open: ({ brand, query }, tools) => {
        const question = Object.assign({ brand, limit: pageSize }, query);
        return openLines(roundQueries.exportRounds, question, maxExported, tools);
      },
    },
  }),
  api({
    method: 'GET',
    path: '/v1/stuck-rounds',
    operationId: 'listStuckRounds',
    summary: 'Rounds that are open for longer than the rounds of their provider are, oldest first',
    tag,
    access: { scope: 'games:read' },
    priority: 'read',
    query: StuckRoundsQuery,
    status: 200,
    contract: roundQueries.listStuckRounds,
    request: ({ brand, query }) => Object.assign({ brand }, query),
  }),
  api({
    method: 'POST',
    path: '/v1/rounds/{id}/resolutions',
    operationId: 'resolveRound',
    summary: 'Resumes, settles or voids a round that its provider does not end',
    description:
      'Voiding returns all wagers. What is accepted is carried out, also after a crash; the round shows how far it got. ' +
      'A `win` above a configured amount (the demo: 100,000.00) is refused: it takes an adjustment, and a second person.',
    tag,
    access: { scope: 'payments:write' },
    priority: 'settlement',
    body: RoundResolutionForm,
    idempotent: true,
    status: 201,
    contract: roundCommands.resolveRound,
    request: ({ brand, params, body, caller, idempotency }) => ({
      brand,
      roundId: params.id ?? '',
      form: body,
      actor: actorOf(caller),
      idempotency,
    }),
  }),
];
