import type { FreeRoundsWord, ProviderAction, ProviderCall, ProviderCommand } from '../../domain/dialect';
import { MalformedBody, type JsonObject } from '../json-body';
import { readCurrency, readDecimalText, readId, readOptionalId } from '../read-fields';
import { readXml } from './xml';

/** Elements that the documentation does not list are ignored: providers add some without notice. */
export function decodePlaynGo(call: ProviderCall): ProviderCommand {
  const { root, children } = readXml(call.body);
  const read = operations.get(root);
  if (!read || call.method !== 'POST' || (call.path !== '/' && call.path !== `/${root}`))
    throw new MalformedBody(`there is no ${call.method} ${call.path} for this body`);
  const fields = Object.create(null) as Record<string, unknown>;
  const seen = new Set<string>();
  for (const { name, text } of children) {
    if (seen.has(name)) throw new MalformedBody('an element is repeated');
    seen.add(name);
    if (text !== undefined && text !== '') fields[name] = text; // they send empty elements for what is absent
  }
  return read(fields);
}

const operations = new Map<string, (fields: JsonObject) => ProviderCommand>([
  ['authenticate', readAuthenticate],
  ['balance', readBalance],
  ['reserve', readReserve],
  ['release', readRelease],
  ['cancelReserve', readCancelReserve],
]);

/** The launch token stands in the place of the user's name; its session says who plays. */
function readAuthenticate(fields: JsonObject): ProviderCommand {
  return {
    intent: 'exchange-token',
    session: readId(fields, 'username'),
    withBalance: true,
    closeRound: false,
    actions: [],
  };
}

function readBalance(fields: JsonObject): ProviderCommand {
  return {
    intent: 'balance',
    session: readOptionalId(fields, 'externalGameSessionId'),
    playerId: readId(fields, 'externalId'),
    currency: readOptionalCurrency(fields),
    closeRound: false,
    actions: [],
  };
}

function readMovement(
  fields: JsonObject,
  action: ProviderAction,
  round: string | undefined,
  freeRounds?: FreeRoundsWord,
): ProviderCommand {
  return {
    intent: 'post',
    session: readOptionalId(fields, 'externalGameSessionId'),
    playerId: readId(fields, 'externalId'),
    currency: readOptionalCurrency(fields),
    providerGameId: readOptionalId(fields, 'gameId'),
    providerRoundId: round,
    closeRound: action.kind === 'win' && readState(fields) && round !== undefined,
    actions: [action],
    freeRounds,
  };
}

function readOptionalCurrency(fields: JsonObject): string | undefined {
  return fields.currency === undefined ? undefined : readCurrency(fields, 'currency');
}

function readReserve(fields: JsonObject): ProviderCommand {
  const amount = readDecimalText(fields, 'real');
  const bet = { kind: 'bet' as const, id: readId(fields, 'transactionId'), amount };
  return readMovement(fields, bet, readId(fields, 'roundId'));
}

function readRelease(fields: JsonObject): ProviderCommand {
  const award = awardOf(fields);
  const round = award ? readOptionalId(fields, 'roundId') : readId(fields, 'roundId');
  const amount = readDecimalText(fields, 'real');
  const win = { kind: 'win' as const, id: readId(fields, 'transactionId'), amount, award };
  return readMovement(fields, win, round, readFreeGame(fields));
}

/** A release with this id is one free game; the last one says so. */
function readFreeGame(fields: JsonObject): FreeRoundsWord | undefined {
  const reference = readOptionalId(fields, 'freegameExternalId');
  if (reference === undefined) return undefined;
  return { reference, rounds: 1, finished: fields.freegameFinished === '1' ? 'completed' : undefined };
}

/** Free games, jackpots and promotions (`type` 1) are paid without a bet of their own. */
function awardOf(fields: JsonObject): ProviderAction['award'] {
  if (readOptionalId(fields, 'freegameExternalId') !== undefined) return 'free-round';
  if (fields.jackpotGain !== undefined && /[1-9]/.test(readDecimalText(fields, 'jackpotGain').decimal))
    return 'jackpot';
  return fields.type === '1' ? 'promo' : undefined;
}

/** `state` 1 ends the round. */
function readState({ state }: JsonObject): boolean {
  if (state !== undefined && state !== '0' && state !== '1') throw new MalformedBody('state must be 0 or 1');
  return state === '1';
}

/** Takes back the whole bet, whose own id it has; what else it repeats of the bet is only checked for form. */
function readCancelReserve(fields: JsonObject): ProviderCommand {
  if (fields.real !== undefined) readDecimalText(fields, 'real');
  readOptionalId(fields, 'roundId');
  const id = readId(fields, 'transactionId');
  return readMovement(fields, { kind: 'rollback', id, reference: { kind: 'bet', id } }, undefined);
}
