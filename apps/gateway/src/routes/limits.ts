import {
  Count,
  exclusionCommands,
  exclusionQueries,
  limitKinds,
  limitPeriods,
  MoneyDto,
  Nested,
  OneOf,
  Optional,
  OrMinorUnits,
  OrNull,
  type LimitKind,
  type LimitPeriod,
  type LimitWish,
} from '@baize/contracts';
import { actorOf } from '../auth/caller';
import { api, type AnyApiRoute } from '../http/route';

/** `PUT /v1/players/{id}/limits`: money, or minutes for session time; neither takes the limit away. */
class LimitForm {
  @OneOf(limitKinds) kind: LimitKind;
  /** Null (or left out) for stakes, which are limited one by one. */
  @Optional() @OrNull() @OneOf(limitPeriods) period?: LimitPeriod | null;
  @Optional() @OrMinorUnits() @Nested(() => MoneyDto) amount?: MoneyDto | number;
  @Optional() @Count(44_640) minutes?: number;
}

const tag = 'Restrictions and limits';

/** Limits that players set themselves: a decrease acts at once, an increase waits. */
export const limitRoutes: readonly AnyApiRoute[] = [
  api({
    method: 'GET',
    path: '/v1/players/{id}/limits',
    operationId: 'listLimits',
    summary: 'Limits of a player, with what waits to become of them',
    tag,
    access: { scope: 'players:read', player: true },
    priority: 'read',
    status: 200,
    contract: exclusionQueries.listLimits,
    owner: ({ params }) => params.id,
    request: ({ brand, params }) => ({ brand, playerId: params.id ?? '' }),
  }),
  api({
    method: 'PUT',
    path: '/v1/players/{id}/limits',
    operationId: 'setLimit',
    summary: 'Sets a limit of a player, or takes it away',
    description:
      'A decrease is answered once it is enforced. An increase waits as long as the market says; where the market asks ' +
      'for confirmation, the same request once the wait is over makes it act.',
    tag,
    access: { scope: 'players:write', player: true },
    priority: 'bet',
    body: LimitForm,
    status: 200,
    contract: exclusionCommands.setLimit,
    owner: ({ params }) => params.id,
    request: ({ brand, params, body, caller }) => ({
      ...{ brand, playerId: params.id ?? '', wish: wishOf(body), actor: actorOf(caller) },
    }),
  }),
];

function wishOf({ kind, period, amount, minutes }: LimitForm): LimitWish {
  const wish = { kind, period: period ?? null, minutes: minutes ?? null };
  if (amount === undefined) return { ...wish, amount: null };
  return typeof amount === 'number' ? { ...wish, amount } : { ...wish, ...amount };
}
