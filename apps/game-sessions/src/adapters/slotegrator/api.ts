import { createHmac } from 'node:crypto';
import { formatDecimal } from '@baize/money';
import type { ListedGame } from '../../domain/catalogue';
import type {
  FreeRoundAct,
  FreeRoundOrder,
  Moment,
  ProviderApi,
  ProviderRequest,
} from '../../domain/provider-api';
import { requireSecret } from '../authenticity';
import { isObject, MalformedBody, type JsonObject } from '../json-body';
import {
  basisPoints,
  categoryOf,
  flag,
  optionalText,
  readGames,
  readingList,
  readingOrder,
  text,
  told,
  volatilityOf,
} from '../provider-reply';
import { byName, phpQuery } from './php-form';

const categories = {
  slots: 'slot',
  'video slots': 'slot',
  roulette: 'table',
  blackjack: 'table',
  'card games': 'table',
  'live dealer': 'live',
  'live games': 'live',
  'instant games': 'instant',
  crash: 'instant',
} as const;

/** Forms and queries, signed as their calls to us are. Their list says nothing of currencies and countries. */
export function slotegratorApi(credentials: Readonly<Record<string, unknown>>): ProviderApi {
  const merchantId = requireSecret(credentials, 'merchantId');
  const key = requireSecret(credentials, 'merchantKey');
  const signed = (
    method: 'GET' | 'POST',
    path: string,
    fields: Readonly<Record<string, string>>,
    { nowMs, nonce }: Moment,
  ): ProviderRequest => {
    const headers = {
      'X-Merchant-Id': merchantId,
      'X-Timestamp': String(Math.floor(nowMs / 1_000)),
      'X-Nonce': nonce,
    };
    const sign = createHmac('sha1', key)
      .update(form({ ...fields, ...headers }, true))
      .digest('hex');
    const content = form(fields, false);
    return {
      method,
      path: method === 'GET' ? `${path}?${content}` : path,
      headers: {
        ...headers,
        'X-Sign': sign,
        ...(method === 'POST' && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(method === 'POST' && { body: content }),
    };
  };
  const act = (path: string, fields: (order: FreeRoundOrder) => Record<string, string>): FreeRoundAct => ({
    request: (order, moment) => signed('POST', path, { freespin_id: order.id, ...fields(order) }, moment),
    read: (reply) => readingOrder(reply, () => ({ kind: 'done' })),
  });
  return {
    gameList: {
      request: (page, moment) =>
        signed('GET', '/games', { expand: 'tags,parameters', page: page ?? '1' }, moment),
      read: (reply) => readingList(reply, readPage),
    },
    freeRounds: { grant: act('/freespins/set', grantFields), cancel: act('/freespins/cancel', () => ({})) },
  };
}

function form(fields: Readonly<Record<string, string>>, sorted: boolean): string {
  const pairs = Object.entries(fields);
  return phpQuery(sorted ? pairs.sort(byName) : pairs);
}

function grantFields(order: FreeRoundOrder): Record<string, string> {
  return {
    player_id: order.playerId,
    player_name: order.playerId,
    game_uuid: order.providerGameId,
    currency: order.currency,
    quantity: String(order.rounds),
    denomination: formatDecimal(BigInt(order.stake), order.currency),
    valid_from: String(Math.floor(order.startsAtMs / 1_000)),
    valid_until: String(Math.floor(order.expiresAtMs / 1_000)),
  };
}

function readPage(body: unknown) {
  if (!isObject(body) || !isObject(body._meta)) throw new MalformedBody('the reply has no _meta');
  const { totalCount, pageCount, currentPage } = body._meta;
  if (
    !Number.isSafeInteger(totalCount) ||
    !Number.isSafeInteger(pageCount) ||
    !Number.isSafeInteger(currentPage)
  )
    throw new MalformedBody('_meta has no counts');
  const page = Number(currentPage);
  return {
    games: readGames(body.items, readGame),
    total: Number(totalCount),
    ...(page < Number(pageCount) && { next: String(page + 1) }),
  };
}

function readGame(game: JsonObject): ListedGame {
  const parameters = isObject(game.parameters) ? game.parameters : {};
  return {
    providerGameId: text(game, 'uuid'),
    name: text(game, 'name'),
    category: categoryOf(categories, optionalText(game, 'type')),
    devices: flag(game, 'is_mobile') ? ['mobile', 'tablet'] : ['desktop', 'mobile', 'tablet'],
    features: flag(game, 'has_freespins') ? ['free-rounds'] : [],
    ...told({
      rtpBasisPoints: basisPoints(parameters.rtp, 'parameters.rtp'),
      volatility: volatilityOf(optionalText(parameters, 'volatility')),
    }),
  };
}
