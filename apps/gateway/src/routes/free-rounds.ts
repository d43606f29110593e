import { FreeRoundsForm, gameSessionsCommands, gameSessionsQueries, PageRequest } from '@baize/contracts';
import { actorOf } from '../auth/caller';
import { api, type AnyApiRoute } from '../http/route';

const tag = 'Games';

/** Free rounds of players. */
export const freeRoundRoutes: readonly AnyApiRoute[] = [
  api({
    method: 'POST',
    path: '/v1/players/{id}/free-rounds',
    operationId: 'grantFreeRounds',
    summary: 'Grants a player free rounds of a game',
    description:
      '`pending` means that the provider has not answered yet: it is asked again with the same id.',
    tag,
    access: { scope: 'bonus:write' },
    priority: 'read',
    body: FreeRoundsForm,
    idempotent: true,
    status: 201,
    contract: gameSessionsCommands.grantFreeRounds,
    owner: ({ params }) => params.id,
    request: ({ brand, params, body, caller, idempotency }) => ({
      brand,
      playerId: params.id ?? '',
      form: body,
      idempotency,
      actor: actorOf(caller),
    }),
  }),
  api({
    method: 'GET',
    path: '/v1/players/{id}/free-rounds',
    operationId: 'listFreeRounds',
    summary: 'Free rounds of a player, newest first',
    tag,
    access: { scope: 'bonus:read', player: true },
    priority: 'read',
    query: PageRequest,
    status: 200,
    contract: gameSessionsQueries.listFreeRounds,
    owner: ({ params }) => params.id,
    request: ({ brand, params, query }) => Object.assign({ brand, playerId: params.id ?? '' }, query),
  }),
  api({
    method: 'GET',
    path: '/v1/free-rounds/{id}',
    operationId: 'getFreeRounds',
    summary: 'Free rounds with what was played and won of them',
    tag,
    access: { scope: 'bonus:read', player: true },
    priority: 'read',
    status: 200,
    contract: gameSessionsQueries.getFreeRounds,
    request: ({ brand, params, playerId }) => ({ brand, id: params.id ?? '', playerId }),
  }),
  api({
    method: 'POST',
    path: '/v1/free-rounds/{id}/cancellations',
    operationId: 'cancelFreeRounds',
    summary: 'Takes back free rounds that are not played',
    description:
      'What was won of them stays paid. `cancelling` means that the provider has not answered yet.',
    tag,
    access: { scope: 'bonus:write' },
    priority: 'read',
    status: 201,
    contract: gameSessionsCommands.cancelFreeRounds,
    request: ({ brand, params, caller }) => ({ brand, id: params.id ?? '', actor: actorOf(caller) }),
  }),
];
