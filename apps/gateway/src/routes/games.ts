import { gameSessionsCommands, gameSessionsQueries, LaunchForm, PageRequest } from '@baize/contracts';
import { actorOf } from '../auth/caller';
import { api, type AnyApiRoute } from '../http/route';

const tag = 'Games';

/** Launches and sessions. */
export const gameRoutes: readonly AnyApiRoute[] = [
  api({
    method: 'POST',
    path: '/v1/games/{gameId}/launches',
    operationId: 'launchGame',
    summary: 'Starts a game session',
    description: 'Refused when the player may not play; no answer about that is a refusal too.',
    tag,
    access: { scope: 'games:write', player: true },
    priority: 'bet',
    body: LaunchForm,
    status: 201,
    place: 'launch',
    contract: gameSessionsCommands.launchGame,
    owner: ({ body }) => body.playerId,
    request: ({ brand, params, body }) => ({ brand, gameId: params.gameId ?? '', form: body }),
  }),
  api({
    method: 'GET',
    path: '/v1/players/{id}/game-sessions',
    operationId: 'listGameSessions',
    summary: 'Game sessions of a player, newest first',
    tag,
    access: { scope: 'games:read', player: true },
    priority: 'read',
    query: PageRequest,
    status: 200,
    contract: gameSessionsQueries.listPlayerGameSessions,
    owner: ({ params }) => params.id,
    request: ({ brand, params, query }) => Object.assign({ brand, playerId: params.id ?? '' }, query),
  }),
  api({
    method: 'GET',
    path: '/v1/game-sessions/{id}',
    operationId: 'getGameSession',
    summary: 'A game session with its result so far',
    description:
      'What was staked and won in it, how long it runs, and when the player is to be told of it next.',
    tag,
    access: { scope: 'games:read', player: true },
    priority: 'read',
    status: 200,
    contract: gameSessionsQueries.getGameSession,
    request: ({ brand, params, playerId }) => ({ brand, sessionId: params.id ?? '', playerId }),
  }),
  api({
    method: 'DELETE',
    path: '/v1/game-sessions/{id}',
    operationId: 'endGameSession',
    summary: 'Ends a game session',
    description: 'Wins and rollbacks of its rounds are still accepted.',
    tag,
    access: { scope: 'games:write', player: true },
    priority: 'bet',
    status: 204,
    contract: gameSessionsCommands.endGameSession,
    request: ({ brand, params, playerId, caller }) => ({
      brand,
      sessionId: params.id ?? '',
      playerId,
      ...(playerId === undefined && { actor: actorOf(caller) }),
    }),
  }),
];
