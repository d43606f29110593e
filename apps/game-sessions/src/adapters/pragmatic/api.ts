import { hash } from 'node:crypto';
import { formatDecimal } from '@baize/money';
import type { ListedGame } from '../../domain/catalogue';
import type {
  FreeRoundAct,
  FreeRoundOrder,
  OrderReply,
  ProviderApi,
  ProviderRequest,
} from '../../domain/provider-api';
import { requireSecret } from '../authenticity';
import { isObject, MalformedBody, type JsonObject } from '../json-body';
import {
  basisPoints,
  categoryOf,
  currencyCode,
  flag,
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

const base = '/IntegrationService/v3/http';
const shortestKey = 7;
const categories = {
  'video slots': 'slot',
  'classic slots': 'slot',
  'table games': 'table',
  blackjack: 'table',
  baccarat: 'table',
  roulette: 'table',
  'live games': 'live',
  'live casino': 'live',
  'scratch card': 'instant',
  crash: 'instant',
} as const;
const platforms: Readonly<Record<string, readonly string[]>> = {
  WEB: ['desktop'],
  DOWNLOAD: [],
  MOBILE: ['mobile', 'tablet'],
};
/** Their `error` values that do not say what became of the request. */
const faults = new Set(['1', '100', '120']);

/** Forms with their MD5; `error` 0 is a yes. */
export function pragmaticApi(credentials: Readonly<Record<string, unknown>>): ProviderApi {
  const key = requireSecret(credentials, 'secretKey', shortestKey);
  const secureLogin = requireText(credentials, 'secureLogin');
  const signed = (path: string, fields: Readonly<Record<string, string>>): ProviderRequest => {
    const all: Record<string, string> = { secureLogin, ...fields };
    const names = Object.keys(all).sort();
    const canonical = names.map((name) => `${name}=${all[name] ?? ''}`).join('&');
    const body = new URLSearchParams({ ...all, hash: hash('md5', canonical + key, 'hex') }).toString();
    return {
      method: 'POST',
      path: `${base}${path}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
    };
  };
  const act = (path: string, fields: (order: FreeRoundOrder) => Record<string, string>): FreeRoundAct => ({
    request: (order) => signed(path, { bonusCode: order.id, ...fields(order) }),
    read: (reply) => readingOrder(reply, readError),
  });
  return {
    gameList: {
      request: () =>
        signed('/CasinoGameAPI/getCasinoGames/', { options: 'GetFrbDetails,GetFeatures,GetDataTypes' }),
      read: (reply) => readingList(reply, readList),
    },
    freeRounds: {
      grant: act('/FreeRoundsBonusAPI/createFRB/', (order) => ({
        playerId: order.playerId,
        gameIDList: order.providerGameId,
        currency: order.currency,
        rounds: String(order.rounds),
        betPerRound: formatDecimal(BigInt(order.stake), order.currency),
        expirationDate: String(Math.floor(order.expiresAtMs / 1_000)),
      })),
      cancel: act('/FreeRoundsBonusAPI/cancelFRB/', () => ({})),
    },
  };
}

function readError(body: JsonObject): OrderReply {
  const error = optionalText(body, 'error');
  if (error === '0') return { kind: 'done' };
  const why = `error ${error ?? 'missing'}`;
  return error === undefined || faults.has(error) ? { kind: 'unknown', why } : { kind: 'refused', why };
}

function readList(body: unknown) {
  if (!isObject(body)) throw new MalformedBody('the reply is not an object');
  const error = optionalText(body, 'error');
  if (error !== '0') throw new MalformedBody(`the provider answered with error ${error ?? 'missing'}`);
  return { games: readGames(body.gameList, readGame) };
}

function readGame(game: JsonObject): ListedGame {
  const features = texts(game, 'features', word) ?? [];
  const devices = (optionalText(game, 'platform') ?? '')
    .split(',')
    .flatMap((platform) => platforms[platform] ?? []);
  return {
    providerGameId: text(game, 'gameID'),
    name: text(game, 'gameName'),
    category: categoryOf(categories, optionalText(game, 'typeDescription')),
    devices,
    features: flag(game, 'frbAvailable') ? [...features, 'free-rounds'] : features,
    ...told({
      rtpBasisPoints: basisPoints(game.rtp, 'rtp'),
      volatility: volatilityOf(optionalText(game, 'volatility')),
      currencies: texts(game, 'currencies', currencyCode),
      jurisdictions: texts(game, 'jurisdictions', word),
      demoAvailable: flag(game, 'demoGameAvailable'),
    }),
  };
}
