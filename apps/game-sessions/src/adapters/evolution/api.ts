import { exponentOf, formatDecimal } from '@baize/money';
import type { ListedGame } from '../../domain/catalogue';
import type { FreeRoundOrder, ProviderApi, ProviderRequest } from '../../domain/provider-api';
import { requireSecret } from '../authenticity';
import { isObject, MalformedBody, type JsonObject } from '../json-body';
import {
  basisPoints,
  categoryOf,
  countries,
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
  word,
} from '../provider-reply';

/** Their tables are live unless they say that no dealer is at them. */
const categories = { slots: 'slot', rng: 'table', 'first-person': 'table', 'game-show': 'live' } as const;

/** JSON with HTTP Basic; the list is the state of the lobby, a table for every game. */
export function evolutionApi(credentials: Readonly<Record<string, unknown>>): ProviderApi {
  const casinoKey = requireText(credentials, 'casinoKey');
  const token = requireSecret(credentials, 'apiToken');
  const authorization = `Basic ${Buffer.from(`${casinoKey}:${token}`).toString('base64')}`;
  const casino = encodeURIComponent(casinoKey);
  const freeGames = `/api/free-games/v1/${casino}/vouchers`;
  return {
    gameList: {
      request: () => ({ method: 'GET', path: `/api/lobby/v1/${casino}/state`, headers: { authorization } }),
      read: (reply) => readingList(reply, readLobby),
    },
    freeRounds: {
      grant: {
        request: (order) => posted(freeGames, authorization, grantFields(order)),
        read: (reply) =>
          readingOrder(reply, (body) => {
            const reference = optionalText(body, 'voucherId');
            return reference === undefined
              ? { kind: 'unknown', why: 'the reply names no voucher' }
              : { kind: 'done', reference };
          }),
      },
      cancel: {
        request: ({ id, reference }) => ({
          method: 'DELETE',
          path: `${freeGames}/${encodeURIComponent(reference ?? id)}`,
          headers: { authorization },
        }),
        read: (reply) => readingOrder(reply, () => ({ kind: 'done' })),
      },
    },
  };
}

function posted(path: string, authorization: string, fields: object): ProviderRequest {
  const headers = { authorization, 'content-type': 'application/json' };
  return { method: 'POST', path, headers, body: JSON.stringify(fields) };
}

function grantFields(order: FreeRoundOrder): object {
  return {
    externalId: order.id,
    playerId: order.playerId,
    tableId: order.providerGameId,
    currency: order.currency,
    rounds: order.rounds,
    betValue: formatDecimal(BigInt(order.stake), order.currency),
    expiresAt: new Date(order.expiresAtMs).toISOString(),
  };
}

/** A table that is closed for the moment stays in the list; one that is not in the state is gone. */
function readLobby(body: unknown) {
  if (!isObject(body) || !isObject(body.tables)) throw new MalformedBody('the state has no tables');
  const tables = Object.entries(body.tables).map(([id, table]) =>
    isObject(table) ? { ...table, id } : table,
  );
  return { games: readGames(tables, readTable) };
}

function readTable(table: JsonObject): ListedGame {
  const limits = readLimits(table.betLimits);
  const gameType = optionalText(table, 'gameType');
  const category = categoryOf(categories, gameType);
  const language = optionalText(table, 'language');
  const features = texts(table, 'features', word) ?? [];
  return {
    providerGameId: text(table, 'id'),
    name: text(table, 'name'),
    category: category === 'other' ? 'live' : category,
    features: flag(table, 'freeGames') ? [...features, 'free-rounds'] : features,
    currencies: limits.map(({ currency }) => currency),
    liveTable: { limits, ...readSeats(table), ...readHours(table.operationHours) },
    ...told({
      rtpBasisPoints: basisPoints(table.rtp, 'rtp'),
      devices: texts(table, 'devices', word),
      languages:
        language === undefined ? undefined : texts({ language: [language] }, 'language', languageTag),
      jurisdictions: texts(table, 'jurisdictions', word),
      blockedCountries: countries(table, 'blockedCountries'),
      demoAvailable: flag(table, 'demo'),
    }),
  };
}

/** `{"EUR": {"min": 1, "max": 5000}}`, whole and decimal units. */
function readLimits(limits: unknown) {
  if (!isObject(limits)) throw new MalformedBody('betLimits is missing');
  return Object.entries(limits).map(([currency, limit]) => {
    const exponent = exponentOf(currency);
    if (exponent === undefined || !isObject(limit))
      throw new MalformedBody('betLimits has an unknown currency');
    return { currency, minimum: minorUnits(limit.min, exponent), maximum: minorUnits(limit.max, exponent) };
  });
}

/** Limits are shown, nothing is posted by them: a double is exact enough. */
function minorUnits(amount: unknown, exponent: number): number {
  const minor = typeof amount === 'number' ? Math.round(amount * 10 ** exponent) : NaN;
  if (!Number.isSafeInteger(minor) || minor < 0) throw new MalformedBody('betLimits must be amounts');
  return minor;
}

function readSeats({ seats }: JsonObject) {
  if (seats === undefined || seats === null) return {};
  if (!Number.isInteger(seats) || Number(seats) < 1 || Number(seats) > 1_000)
    throw new MalformedBody('seats must be a number of places');
  return { seats: Number(seats) };
}

const timeOfDay = /^([01]\d|2[0-3]):[0-5]\d$/;

/** `{"type": "FullTime"}`, or a time of the day to open and one to close. */
function readHours(hours: unknown) {
  if (!isObject(hours) || hours.type === 'FullTime') return {};
  const value = isObject(hours.value) ? hours.value : {};
  const [opensAt, closesAt] = [optionalText(value, 'startTime'), optionalText(value, 'endTime')];
  if (!opensAt || !closesAt || !timeOfDay.test(opensAt) || !timeOfDay.test(closesAt))
    throw new MalformedBody('operationHours must be times of the day');
  return { opensAt, closesAt };
}
