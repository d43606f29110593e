import { exclusionCommands, ExclusionForm, exclusionQueries, Id, LiftForm, Text } from '@baize/contracts';
import { actorOf } from '../auth/caller';
import { api, type AnyApiRoute } from '../http/route';

/** `POST /v1/players/{id}/links` */
class LinkForm {
  /** Of any brand of the installation. */
  @Id() playerId: string;
  @Text(500) reason: string;
}

const tag = 'Restrictions and limits';

/** What keeps players safe: exclusions, their end, and limits. */
export const restrictionRoutes: readonly AnyApiRoute[] = [
  api({
    method: 'POST',
    path: '/v1/players/{id}/exclusions',
    operationId: 'createExclusion',
    summary: 'Restricts the person behind a player, everywhere at once',
    description:
      'Answered once the wallet has committed it and every other touchpoint has too, or has no lease any more. It is ' +
      'never shortened. `identity.exclusion-not-acknowledged` says that it is in force but cannot be vouched for yet: ' +
      'repeat with the same key.',
    tag,
    access: { scope: 'compliance:write', player: true },
    // Bets that crowd the edge must not keep it out.
    priority: 'settlement',
    body: ExclusionForm,
    idempotent: true,
    status: 201,
    contract: exclusionCommands.createExclusion,
    owner: ({ params }) => params.id,
    request: ({ brand, params, body, caller, idempotency }) => ({
      ...{ brand, playerId: params.id ?? '', form: body, actor: actorOf(caller), idempotency },
    }),
  }),
  api({
    method: 'GET',
    path: '/v1/players/{id}/exclusions',
    operationId: 'listExclusions',
    summary: 'Restrictions of the person behind a player, newest first',
    tag,
    access: { scope: 'players:read', player: true },
    priority: 'read',
    status: 200,
    contract: exclusionQueries.listExclusions,
    owner: ({ params }) => params.id,
    request: ({ brand, params }) => ({ brand, playerId: params.id ?? '' }),
  }),
  api({
    method: 'POST',
    path: '/v1/exclusions/{id}/lift-requests',
    operationId: 'requestLift',
    summary: 'Asks for the end of a restriction, once its time is over',
    description: 'The cooling-off of the market begins. Lifting takes two people of the operator.',
    tag,
    access: { scope: 'compliance:write', player: true },
    priority: 'bet',
    body: LiftForm,
    status: 201,
    contract: exclusionCommands.requestLift,
    request: ({ brand, params, body, caller }) => ({
      ...{ brand, exclusionId: params.id ?? '', form: body, actor: actorOf(caller) },
    }),
  }),
  api({
    method: 'POST',
    path: '/v1/exclusions/{id}/lift-approvals',
    operationId: 'approveLift',
    summary: 'Agrees to the end of a restriction; the second person ends it',
    tag,
    access: { scope: 'compliance:write' },
    priority: 'bet',
    status: 201,
    contract: exclusionCommands.approveLift,
    request: ({ brand, params, caller }) => ({
      ...{ brand, exclusionId: params.id ?? '', actor: actorOf(caller) },
    }),
  }),
  api({
    method: 'POST',
    path: '/v1/players/{id}/links',
    operationId: 'linkPlayers',
    summary: 'Says that two accounts are one person: what restricts one restricts both',
    tag,
    access: { scope: 'compliance:write' },
    priority: 'bet',
    body: LinkForm,
    status: 201,
    contract: exclusionCommands.linkPlayers,
    request: ({ brand, params, body, caller }) => ({
      ...{ brand, playerId: params.id ?? '', otherPlayerId: body.playerId },
      ...{ reason: body.reason, actor: actorOf(caller) },
    }),
  }),
];
