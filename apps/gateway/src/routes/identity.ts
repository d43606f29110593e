import {
  type Eligibility,
  identityCommands,
  identityQueries,
  LoginForm,
  type PlayerDto,
  RegistrationForm,
  type Result,
  type SessionTokens,
} from '@baize/contracts';
import { checkPlace } from '../http/place';
import { api, type AnyApiRoute, type Ask, type Input } from '../http/route';
import { EligibilityDto, EligibilityQuery, RefreshForm } from './forms';

const tag = 'Identity';

/** A player for those who must not know who it is: the fields are there, what they say is not. */
function maskPlayer(shown: object): object {
  const { phone, ...player } = shown as PlayerDto;
  const hidden = '***';
  return {
    ...player,
    ...{ email: hidden, firstName: hidden, lastName: hidden, dateOfBirth: hidden },
    address: { line1: hidden, city: hidden, postalCode: hidden },
    ...(phone !== undefined && { phone: hidden }),
  };
}

/** Players, their logins, and what they may do. */
export const identityRoutes: readonly AnyApiRoute[] = [
  api({
    method: 'POST',
    path: '/v1/players',
    operationId: 'registerPlayer',
    summary: 'Registers a player and opens the wallet',
    tag,
    access: { scope: 'players:write', browser: true },
    priority: 'bet',
    body: RegistrationForm,
    idempotent: true,
    status: 201,
    contract: identityCommands.registerPlayer,
    request: ({ brand, body, idempotency }) => ({ brand, form: body, idempotency }),
  }),
  api({
    method: 'POST',
    path: '/v1/sessions',
    operationId: 'createSession',
    summary: 'Logs a player in',
    tag,
    access: { scope: 'players:write', browser: true },
    priority: 'bet',
    body: LoginForm,
    status: 200,
    contract: identityCommands.createSession,
    request: ({ brand, body, address }) => ({ brand, form: body, ip: address }),
    compose: logIn,
  }),
  api({
    method: 'POST',
    path: '/v1/sessions/refresh',
    operationId: 'refreshSession',
    summary: 'Exchanges a refresh token for new tokens',
    description: 'A refresh token is good once; a second use of it ends the session.',
    tag,
    access: { scope: 'players:write', player: true, browser: true },
    priority: 'bet',
    body: RefreshForm,
    status: 200,
    contract: identityCommands.refreshSession,
    request: ({ brand, body }) => ({ brand, refreshToken: body.refreshToken }),
  }),
  api({
    method: 'DELETE',
    path: '/v1/sessions/current',
    operationId: 'endSession',
    summary: 'Logs the calling player out',
    tag,
    access: { player: true },
    priority: 'bet',
    status: 204,
    contract: identityCommands.endSession,
    request: ({ caller }) => ({ accessToken: caller.kind === 'player' ? caller.accessToken : '' }),
  }),
  api({
    method: 'GET',
    path: '/v1/players/{id}',
    operationId: 'getPlayer',
    summary: 'Profile and status of a player',
    tag,
    access: { scope: 'players:read', player: true },
    priority: 'read',
    status: 200,
    contract: identityQueries.getPlayer,
    mask: maskPlayer,
    owner: ({ params }) => params.id,
    request: ({ brand, params }) => ({ brand, playerId: params.id ?? '' }),
  }),
  api({
    method: 'GET',
    path: '/v1/players/{id}/eligibility',
    operationId: 'checkEligibility',
    summary: 'Whether a player may do something now, and why not',
    tag,
    access: { scope: 'players:read', player: true },
    priority: 'read',
    query: EligibilityQuery,
    status: 200,
    contract: identityQueries.checkEligibility,
    owner: ({ params }) => params.id,
    request: ({ brand, params, query }) => ({ brand, playerId: params.id ?? '', action: query.action }),
    response: {
      schema: EligibilityDto,
      of: ({ allowed, reasons, epoch }: Eligibility) => ({ allowed, reasons, epoch }),
    },
  }),
];

/** A browser's login is judged by where it comes from once it is known who logs in; a refused one is ended again. */
async function logIn(
  { brand, body, address, caller }: Input<LoginForm, object>,
  ask: Ask,
): Promise<Result<SessionTokens>> {
  const session = await ask(identityCommands.createSession, { brand, form: body, ip: address });
  if (!session.ok || caller.kind !== 'browser') return session;
  const { playerId, accessToken } = session.value;
  const input = { brand, address, playerId };
  const placed = await checkPlace({ place: 'login' }, input, ask);
  if (placed.ok) return session;
  await ask(identityCommands.endSession, { accessToken });
  return placed;
}
