import {
  err,
  gameCategories,
  ok,
  volatilities,
  type GameCategory,
  type Result,
  type Volatility,
} from '@baize/contracts';
import type { GameFacts, ListedGame } from '../domain/catalogue';
import type { GameListPage, OrderReply, ProviderReply } from '../domain/provider-api';
import { exceedsDepth, isObject, MalformedBody, type JsonObject } from './json-body';

const maxText = 200;
const maxName = 100;
const maxId = 128;
const maxItems = 300;
/** What no database stores and no page shows. */
export const unprintable = /\p{Control}|\p{Surrogate}/u;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Reads a list of games: a status that is not 200, or anything that cannot be read, is no list. */
export function readingList(
  reply: ProviderReply,
  read: (body: unknown) => GameListPage,
): Result<GameListPage, string> {
  if (reply.status !== 200) return err(`the provider answered with status ${reply.status}`);
  try {
    return ok(read(readJson(reply.body)));
  } catch (error) {
    if (error instanceof MalformedBody) return err(error.message);
    throw error;
  }
}

/** Reads every game of a list; the message names the place of the first that cannot be read. */
export function readGames(list: unknown, read: (game: JsonObject) => ListedGame | undefined): ListedGame[] {
  if (!Array.isArray(list)) throw new MalformedBody('the reply has no list of games');
  const games: ListedGame[] = [];
  for (const [place, item] of (list as unknown[]).entries()) {
    if (!isObject(item)) throw new MalformedBody(`game ${place} is not an object`);
    try {
      const game = read(item);
      if (!game) continue;
      if (game.name.length > maxName || game.providerGameId.length > maxId)
        throw new MalformedBody('its name or id is too long');
      games.push(game);
    } catch (error) {
      if (error instanceof MalformedBody) throw new MalformedBody(`game ${place}: ${error.message}`);
      throw error;
    }
  }
  return games;
}

/**
 * What an answer says of an act: a definite yes by `read`, a definite no by a status of 4xx that is not about time or
 * frequency; anything else does not say.
 */
export function readingOrder(reply: ProviderReply, read: (body: JsonObject) => OrderReply): OrderReply {
  const { status } = reply;
  if (status >= 500 || status === 408 || status === 425 || status === 429 || status < 200)
    return { kind: 'unknown', why: `status ${status}` };
  if (status >= 400) return { kind: 'refused', why: `status ${status}` };
  try {
    const body = reply.body.length === 0 ? {} : readJson(reply.body);
    return isObject(body) ? read(body) : { kind: 'unknown', why: 'the reply is not an object' };
  } catch (error) {
    if (error instanceof MalformedBody) return { kind: 'unknown', why: error.message };
    throw error;
  }
}

function readJson(body: Buffer): unknown {
  if (exceedsDepth(body)) throw new MalformedBody('the reply nests too deeply');
  try {
    return JSON.parse(utf8.decode(body)) as unknown;
  } catch {
    throw new MalformedBody('the reply is not JSON');
  }
}

export function text(from: JsonObject, key: string): string {
  const found = optionalText(from, key);
  if (found === undefined) throw new MalformedBody(`${key} is missing`);
  return found;
}

/** Text, or a whole number as its digits; empty and null count as absent. */
export function optionalText(from: JsonObject, key: string): string | undefined {
  const value = from[key];
  if (value === undefined || value === null || value === '') return undefined;
  const found = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof found !== 'string' || found.length > maxText || unprintable.test(found))
    throw new MalformedBody(`${key} must be text of at most ${maxText} printable characters`);
  return found;
}

/** A list of texts that match; undefined when it is absent. */
export function texts(from: JsonObject, key: string, pattern: RegExp): string[] | undefined {
  const value = from[key];
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || value.length > maxItems)
    throw new MalformedBody(`${key} must be a list of at most ${maxItems}`);
  return (value as unknown[]).map((item) => {
    if (typeof item !== 'string' || !pattern.test(item))
      throw new MalformedBody(`${key} has an item of another form`);
    return item;
  });
}

/** Countries by their ISO 3166 codes; the United Kingdom under its common name, too, which would block nobody. */
export function countries(from: JsonObject, key: string): string[] | undefined {
  return texts(from, key, /^[A-Z]{2}$/)?.map((code) => (code === 'UK' ? 'GB' : code));
}

/** True and false, or 1 and 0. */
export function flag(from: JsonObject, key: string): boolean | undefined {
  const value = from[key];
  if (value === undefined || value === null) return undefined;
  if (value === true || value === 1 || value === '1') return true;
  if (value === false || value === 0 || value === '0') return false;
  throw new MalformedBody(`${key} must be true or false`);
}

/** A percentage, as a number or as text, in basis points. */
export function basisPoints(value: unknown, key: string): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const percent = typeof value === 'string' ? Number(value) : value;
  if (typeof percent !== 'number' || !(percent >= 0 && percent <= 100))
    throw new MalformedBody(`${key} must be a percentage`);
  return Math.round(percent * 100);
}

/** The catalogue's word for a kind of game; what a dialect has no word for is `other`. */
export function categoryOf(
  words: Readonly<Record<string, GameCategory>>,
  word: string | undefined,
): GameCategory {
  const key = (word ?? '').toLowerCase();
  const known = Object.entries(words).find(([spelling]) => spelling === key);
  if (known) return known[1];
  return gameCategories.find((category) => category === key) ?? 'other';
}

/** The catalogue's word for a volatility, from its usual spellings; undefined for any other. */
export function volatilityOf(word: string | undefined): Volatility | undefined {
  const plain = word?.toLowerCase().replaceAll(/[ _]/g, '-');
  return volatilities.find((volatility) => volatility === plain);
}

/** Leaves out what nobody told. */
export function told(facts: { [K in keyof GameFacts]?: GameFacts[K] | undefined }): Partial<GameFacts> {
  const known = Object.entries(facts as Record<string, unknown>).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known);
}

export const currencyCode = /^[A-Z0-9]{3,10}$/;
export const languageTag = /^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$/;
export const word = /^[\w .:+-]{1,40}$/;

/** A required text of a provider's configuration that is no secret. */
export function requireText(config: Readonly<Record<string, unknown>>, key: string): string {
  const value = config[key];
  if (typeof value !== 'string' || value.length === 0 || value.length > maxText)
    throw new Error(`"api.${key}" must be text of at most ${maxText} characters`);
  return value;
}
