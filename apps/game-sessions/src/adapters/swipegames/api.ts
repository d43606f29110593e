import { createHmac } from 'node:crypto';
import { formatDecimal } from '@baize/money';
import type { ListedGame } from '../../domain/catalogue';
import type { FreeRoundAct, FreeRoundOrder, ProviderApi, ProviderRequest } from '../../domain/provider-api';
import { requireSecret } from '../authenticity';
import type { JsonObject } from '../json-body';
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
import { canonicalJson } from './canonical-json';

const categories = { slots: 'slot', crash: 'instant', mines: 'instant', plinko: 'instant' } as const;

/** JSON, or a query, signed over its RFC 8785 form (their public Core API). */
export function swipegamesApi(credentials: Readonly<Record<string, unknown>>): ProviderApi {
  const key = requireSecret(credentials, 'apiKey');
  const client = { cID: requireText(credentials, 'cID'), extCID: requireText(credentials, 'extCID') };
  const sign = (fields: object) => createHmac('sha256', key).update(canonicalJson(fields)).digest('hex');
  const sent = (method: 'POST' | 'DELETE', path: string, more: object): ProviderRequest => {
    const fields = { ...client, ...more };
    const headers = { 'content-type': 'application/json', 'x-request-sign': sign(fields) };
    return { method, path, headers, body: JSON.stringify(fields) };
  };
  const act = (method: 'POST' | 'DELETE', fields: (order: FreeRoundOrder) => object): FreeRoundAct => ({
    request: (order) => sent(method, '/free-rounds', { extID: order.id, ...fields(order) }),
    read: (reply) => readingOrder(reply, () => ({ kind: 'done' })),
  });
  return {
    gameList: {
      request: () => ({
        method: 'GET',
        path: `/games?${new URLSearchParams(client).toString()}`,
        headers: { 'x-request-sign': sign(client) },
      }),
      read: (reply) => readingList(reply, (body) => ({ games: readGames(body, readGame) })),
    },
    freeRounds: {
      grant: act('POST', (order) => ({
        userIDs: [order.playerId],
        gameIDs: [order.providerGameId],
        currency: order.currency,
        quantity: order.rounds,
        betAmount: formatDecimal(BigInt(order.stake), order.currency),
        validFrom: new Date(order.startsAtMs).toISOString(),
        validUntil: new Date(order.expiresAtMs).toISOString(),
      })),
      cancel: act('DELETE', () => ({})),
    },
  };
}

function readGame(game: JsonObject): ListedGame | undefined {
  if (flag(game, 'enabled') === false) return undefined;
  const features = texts(game, 'features', word) ?? [];
  return {
    providerGameId: text(game, 'id'),
    name: text(game, 'title'),
    category: categoryOf(categories, optionalText(game, 'category')),
    features: flag(game, 'hasFreeSpins') ? [...features, 'free-rounds'] : features,
    ...told({
      rtpBasisPoints: basisPoints(game.rtp, 'rtp'),
      volatility: volatilityOf(optionalText(game, 'volatility')),
      devices: texts(game, 'platforms', word),
      currencies: texts(game, 'currencies', currencyCode),
      languages: texts(game, 'locales', languageTag),
      jurisdictions: texts(game, 'jurisdictions', word),
      blockedCountries: countries(game, 'blockedCountries'),
      demoAvailable: flag(game, 'hasDemo'),
    }),
  };
}
