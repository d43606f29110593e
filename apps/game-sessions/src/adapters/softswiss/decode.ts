import type { GameAction } from '@baize/contracts';
import type { FreeRoundsWord, ProviderCall, ProviderCommand } from '../../domain/dialect';
import { isObject, MalformedBody, readJsonObject, type JsonObject } from '../json-body';
import { readCurrency, readFlag, readId, readMinorUnits, readOptionalId } from '../read-fields';

const maxActions = 64;
// Statuses after which the total no longer changes; before that nothing is paid.
const finishedFreeSpins = new Map<string, FreeRoundsWord['finished']>([
  ['played', 'completed'],
  ['finished', 'completed'],
  ['completed', 'completed'],
  ['expired', 'expired'],
  ['canceled', 'cancelled'],
  ['cancelled', 'cancelled'],
]);
const runningFreeSpins = new Set(['issued', 'active']);

/** Fields that the documentation does not list are ignored: providers add some without notice. */
export function decodeSoftswiss(call: ProviderCall): ProviderCommand {
  const read = call.method === 'POST' ? operations.get(call.path) : undefined;
  if (!read) throw new MalformedBody(`there is no ${call.method} ${call.path}`);
  return read(readJsonObject(call.body));
}

const operations = new Map<string, (body: JsonObject) => ProviderCommand>([
  ['/play', (body) => readRound(body, readPlayAction)],
  ['/rollback', (body) => readRound(body, readRollbackAction)],
  ['/freespins', readFreeSpins],
]);

function readRound(body: JsonObject, readAction: (action: JsonObject) => GameAction): ProviderCommand {
  const actions = readActions(body, readAction);
  const closeRound = readFlag(body, 'finished');
  const moves = actions.length > 0 || closeRound;
  return {
    intent: moves ? 'post' : 'balance',
    playerId: readId(body, 'user_id'),
    currency: readCurrency(body, 'currency'),
    providerGameId: moves ? readId(body, 'game') : readOptionalId(body, 'game'),
    providerRoundId: moves ? readId(body, 'game_id') : readOptionalId(body, 'game_id'),
    closeRound,
    actions,
  };
}

function readActions(body: JsonObject, readAction: (action: JsonObject) => GameAction): GameAction[] {
  const list = body.actions;
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list) || list.length > maxActions)
    throw new MalformedBody(`actions must be a list of at most ${maxActions}`);
  return list.map((action: unknown) => {
    if (!isObject(action)) throw new MalformedBody('an action must be an object');
    return readAction(action);
  });
}

function readPlayAction(action: JsonObject): GameAction {
  const kind = action.action;
  if (kind !== 'bet' && kind !== 'win') throw new MalformedBody('action must be bet or win');
  const id = readId(action, 'action_id');
  const amount = readMinorUnits(action, 'amount');
  if (kind === 'bet') return { kind, id, amount };
  const jackpot =
    action.jackpot_win !== undefined &&
    action.jackpot_win !== null &&
    readMinorUnits(action, 'jackpot_win') > 0;
  return jackpot ? { kind, id, amount, award: 'jackpot' } : { kind, id, amount };
}

function readRollbackAction(action: JsonObject): GameAction {
  if (action.action !== undefined && action.action !== 'rollback')
    throw new MalformedBody('action must be rollback');
  const reference = { kind: 'any' as const, id: readId(action, 'original_action_id') };
  return { kind: 'rollback', id: readId(action, 'action_id'), reference };
}

function readFreeSpins(body: JsonObject): ProviderCommand {
  const status = body.status;
  if (typeof status !== 'string' || !(finishedFreeSpins.has(status) || runningFreeSpins.has(status)))
    throw new MalformedBody('status is not one of the documented ones');
  const finished = finishedFreeSpins.get(status);
  const reference = readId(body, 'issue_id');
  const action: GameAction = {
    kind: 'win',
    id: reference,
    amount: readMinorUnits(body, 'total_amount'),
    award: 'free-round',
  };
  return {
    intent: finished ? 'post' : 'balance',
    playerId: readId(body, 'user_id'),
    currency: readCurrency(body, 'currency'),
    providerGameId: finished ? readId(body, 'game') : readOptionalId(body, 'game'),
    closeRound: false,
    actions: finished ? [action] : [],
    freeRounds: { reference, rounds: 0, ...(finished && { finished }) },
  };
}
