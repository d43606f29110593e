import type { ProviderAction, ProviderCall, ProviderCommand } from '../../domain/dialect';
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
  ['balance', (fields) => ({ ...readCaller(fields), intent: 'balance', closeRound: false, actions: [] })],
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

function readCaller(fields: JsonObject) {
  const session = readOptionalId(fields, 'externalGameSessionId');
  return {
    ...(session !== undefined && { session }),
    playerId: readId(fields, 'externalId'),
    ...(fields.currency !== undefined && { currency: readCurrency(fields, 'currency') }),
  };
}

function readMovement(fields: JsonObject, action: ProviderAction) {
  const providerGameId = readOptionalId(fields, 'gameId');
  return {
    ...readCaller(fields),
    intent: 'post' as const,
    ...(providerGameId !== undefined && { providerGameId }),
    closeRound: false,
    actions: [action],
  };
}

function readReserve(fields: JsonObject): ProviderCommand {
  const amount = readDecimalText(fields, 'real');
  const movement = readMovement(fields, { kind: 'bet', id: readId(fields, 'transactionId'), amount });
  return { ...movement, providerRoundId: readId(fields, 'roundId') };
}

function readRelease(fields: JsonObject): ProviderCommand {
  const award = awardOf(fields);
  const providerRoundId = award ? readOptionalId(fields, 'roundId') : readId(fields, 'roundId');
  const win = {
    kind: 'win' as const,
    id: readId(fields, 'transactionId'),
    amount: readDecimalText(fields, 'real'),
  };
  return {
    ...readMovement(fields, award ? { ...win, award } : win),
    ...(providerRoundId !== undefined && { providerRoundId }),
    closeRound: readState(fields) && providerRoundId !== undefined,
    ...readFreeGame(fields),
  };
}

/** A release with this id is one free game; the last one says so. */
function readFreeGame(fields: JsonObject) {
  const reference = readOptionalId(fields, 'freegameExternalId');
  if (reference === undefined) return {};
  const over = fields.freegameFinished === '1' && { finished: 'completed' as const };
  return { freeRounds: { reference, rounds: 1 as const, ...over } };
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
  return readMovement(fields, { kind: 'rollback', id, reference: { kind: 'bet', id } });
}
