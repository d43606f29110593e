import { formatDecimal } from '@baize/money';
import type { ListedGame } from '../../domain/catalogue';
import type {
  FreeRoundAct,
  FreeRoundOrder,
  OrderReply,
  ProviderApi,
  ProviderReply,
} from '../../domain/provider-api';
import { requireSecret } from '../authenticity';
import { decoding, isObject, MalformedBody, type JsonObject } from '../json-body';
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
  requireText,
  text,
  texts,
  told,
  volatilityOf,
  word,
} from '../provider-reply';
import { escapeXml } from './answer';
import { readXml } from './xml';

const categories = {
  slots: 'slot',
  videoslot: 'slot',
  tablegames: 'table',
  videopoker: 'table',
  instantwin: 'instant',
  scratch: 'instant',
  bingo: 'other',
} as const;

/** The list is JSON, free games are XML; both with HTTP Basic. */
export function playngoApi(credentials: Readonly<Record<string, unknown>>): ProviderApi {
  const user = requireText(credentials, 'apiUser');
  const password = requireSecret(credentials, 'apiPassword');
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const act = (root: string, fields: (order: FreeRoundOrder) => Record<string, string>): FreeRoundAct => ({
    request: (order) => ({
      method: 'POST',
      path: '/CasinoGameService',
      headers: { authorization, 'content-type': 'text/xml; charset=utf-8' },
      body: xml(root, { freegameExternalId: order.id, ...fields(order) }),
    }),
    read: readStatus,
  });
  return {
    gameList: {
      request: () => ({
        method: 'GET',
        path: `/Configuration/v2/${encodeURIComponent(user)}/games`,
        headers: { authorization },
      }),
      read: (reply) => readingList(reply, readList),
    },
    freeRounds: {
      grant: act('addFreegameOffers', (order) => ({
        userId: order.playerId,
        gameIdList: order.providerGameId,
        currency: order.currency,
        rounds: String(order.rounds),
        betValue: formatDecimal(BigInt(order.stake), order.currency),
        expireTime: new Date(order.expiresAtMs).toISOString(),
      })),
      cancel: act('cancelFreegame', () => ({})),
    },
  };
}

function xml(root: string, fields: Readonly<Record<string, string>>): string {
  const content = Object.entries(fields).map(([name, value]) => `<${name}>${escapeXml(value)}</${name}>`);
  return `<${root}>${content.join('')}</${root}>`;
}

/** `statusCode` 0 is a yes, 12 ("other") does not say what happened, every other one is a no. */
function readStatus({ status, body }: ProviderReply): OrderReply {
  const document = status === 200 ? decoding(() => readXml(body)) : undefined;
  if (!document?.ok) return { kind: 'unknown', why: `status ${status}` };
  const code = document.value.children.find(({ name }) => name === 'statusCode')?.text;
  if (code === '0') return { kind: 'done' };
  const why = `statusCode ${code ?? 'missing'}`;
  return code === undefined || code === '12' ? { kind: 'unknown', why } : { kind: 'refused', why };
}

function readList(body: unknown) {
  if (!isObject(body)) throw new MalformedBody('the reply is not an object');
  return { games: readGames(body.games, readGame) };
}

function readGame(game: JsonObject): ListedGame {
  const features = texts(game, 'features', word) ?? [];
  return {
    providerGameId: text(game, 'gameId'),
    name: text(game, 'name'),
    category: categoryOf(categories, optionalText(game, 'type')),
    features: flag(game, 'freeGames') ? [...features, 'free-rounds'] : features,
    ...told({
      ...readRtp(game.rtp),
      volatility: volatilityOf(optionalText(game, 'volatility')),
      devices: texts(game, 'channels', word),
      currencies: texts(game, 'currencies', currencyCode),
      languages: texts(game, 'languages', languageTag),
      jurisdictions: texts(game, 'jurisdictions', word),
      blockedCountries: countries(game, 'blockedCountries'),
      demoAvailable: flag(game, 'practice'),
    }),
  };
}

/** They name every profile that the game can run with; the first one is what it runs with. */
function readRtp(list: unknown): Pick<ListedGame, 'rtpBasisPoints' | 'rtpProfiles'> {
  if (list === undefined || list === null) return {};
  if (!Array.isArray(list) || list.length === 0 || list.length > 20)
    throw new MalformedBody('rtp must be a list of percentages');
  const rtpProfiles = (list as unknown[]).map((percent) => basisPoints(percent, 'rtp') ?? 0);
  return { rtpProfiles, ...(rtpProfiles[0] !== undefined && { rtpBasisPoints: rtpProfiles[0] }) };
}
