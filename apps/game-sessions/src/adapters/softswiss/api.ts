import { createHmac } from 'node:crypto';
import type { ListedGame } from '../../domain/catalogue';
import type { FreeRoundAct, ProviderApi, ProviderRequest } from '../../domain/provider-api';
import { requireSecret } from '../authenticity';
import { isObject, type JsonObject } from '../json-body';
import {
  basisPoints,
  categoryOf,
  countries,
  currencyCode,
  flag,
  languageTag,
  optionalText,
  readGames,
  readingList,
  readingOrder,
  requireText,
  text,
  texts,
  told,
  volatilityOf,
  word,
} from '../provider-reply';

const categories = {
  slots: 'slot',
  video_slots: 'slot',
  roulette: 'table',
  card: 'table',
  casual: 'instant',
  crash: 'instant',
  lottery: 'instant',
} as const;

/** Every request is signed as their calls to us are: the hex HMAC-SHA256 of the body, an empty one too. */
export function softswissApi(credentials: Readonly<Record<string, unknown>>): ProviderApi {
  const key = requireSecret(credentials, 'secret');
  const casino_id = requireText(credentials, 'casinoId');
  const signed = (method: 'GET' | 'POST', path: string, body: string): ProviderRequest => ({
    method,
    path,
    headers: {
      'x-request-sign': createHmac('sha256', key).update(body).digest('hex'),
      ...(method === 'POST' && { 'content-type': 'application/json' }),
    },
    ...(method === 'POST' && { body }),
  });
  const act = (
    path: string,
    fields: (order: Parameters<FreeRoundAct['request']>[0]) => object,
  ): FreeRoundAct => ({
    request: (order) =>
      signed('POST', path, JSON.stringify({ casino_id, issue_id: order.id, ...fields(order) })),
    read: (reply) => readingOrder(reply, () => ({ kind: 'done' })),
  });
  return {
    gameList: {
      request: () => signed('GET', `/games?casino_id=${encodeURIComponent(casino_id)}`, ''),
      read: (reply) => readingList(reply, (body) => ({ games: readGames(body, readGame) })),
    },
    freeRounds: {
      grant: act('/freespins/issue', (order) => ({
        user_id: order.playerId,
        currency: order.currency,
        games: [order.providerGameId],
        freespins_quantity: order.rounds,
        bet_amount: order.stake,
        valid_until: new Date(order.expiresAtMs).toISOString(),
      })),
      cancel: act('/freespins/cancel', () => ({})),
    },
  };
}

function readGame(game: JsonObject): ListedGame {
  const features = flag(game, 'has_freespins') ? ['free-rounds'] : [];
  return {
    providerGameId: text(game, 'identifier'),
    name: text(game, 'title'),
    category: categoryOf(categories, optionalText(game, 'category')),
    features: flag(game, 'has_jackpot') ? [...features, 'jackpot'] : features,
    ...told({
      rtpBasisPoints: basisPoints(game.payout, 'payout'),
      volatility: volatilityOf(optionalText(game, 'volatility_rating')),
      devices: texts(game, 'devices', word),
      currencies: texts(game, 'currencies', currencyCode),
      languages: texts(game, 'languages', languageTag),
      jurisdictions: texts(game, 'licenses', word),
      blockedCountries: blockedIn(game),
      demoAvailable: flag(game, 'has_demo'),
    }),
  };
}

function blockedIn({ restrictions }: JsonObject): string[] | undefined {
  const general = isObject(restrictions) ? restrictions.default : undefined;
  return isObject(general) ? countries(general, 'blacklist') : undefined;
}
