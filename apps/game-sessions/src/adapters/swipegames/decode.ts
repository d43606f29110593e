import type { FreeRoundsWord, ProviderAction, ProviderCall, ProviderCommand } from '../../domain/dialect';
import { MalformedBody, readJsonObject, type JsonObject } from '../json-body';
import { readDecimalText, readId, readOptionalId } from '../read-fields';
import { readQuery } from './query';

/** Fields that the documentation does not list are ignored: providers add some without notice. */
export function decodeSwipegames(call: ProviderCall): ProviderCommand {
  if (call.method === 'GET' && call.path === '/balance') return readBalance(call.query);
  const read = call.method === 'POST' ? operations.get(call.path) : undefined;
  if (!read) throw new MalformedBody(`there is no ${call.method} ${call.path}`);
  const body = readJsonObject(call.body);
  return {
    intent: 'post',
    session: readId(body, 'sessionID'),
    // unique per game only, as the wallet's rounds are
    providerRoundId: readId(body, 'roundID'),
    closeRound: false,
    actions: [read(body)],
    freeRounds: readFreeRounds(call.path, body),
  };
}

/** Free rounds name their campaign on the bet and on the win; the bet plays the round. */
function readFreeRounds(path: string, body: JsonObject): FreeRoundsWord | undefined {
  const reference = isFree(body) ? readOptionalId(body, 'frID') : undefined;
  if (reference === undefined || path === '/refund') return undefined;
  return { reference, rounds: path === '/bet' ? 1 : 0 };
}

const operations = new Map<string, (body: JsonObject) => ProviderAction>([
  ['/bet', readBet],
  ['/win', readWin],
  ['/refund', readRefund],
]);

function readBalance(query: string): ProviderCommand {
  const parameters = readQuery(query);
  if (!parameters) throw new MalformedBody('the query cannot be read');
  return { intent: 'balance', session: readId(parameters, 'sessionID'), closeRound: false, actions: [] };
}

function readBet(body: JsonObject): ProviderAction {
  const amount = readDecimalText(body, 'amount');
  // the stake of a free round is not the player's: it is recorded, and costs nothing
  return { kind: 'bet', id: readId(body, 'txID'), amount: isFree(body) ? 0 : amount };
}

/** A win names no bet: there must be one in its round, but for free rounds. */
function readWin(body: JsonObject): ProviderAction {
  const win = { kind: 'win' as const, id: readId(body, 'txID'), amount: readDecimalText(body, 'amount') };
  return isFree(body) ? { ...win, award: 'free-round' } : win;
}

/** Only bets are refunded; the amount is the bet's and only checked for form. */
function readRefund(body: JsonObject): ProviderAction {
  if (body.amount !== undefined && body.amount !== null) readDecimalText(body, 'amount');
  const reference = { kind: 'bet' as const, id: readId(body, 'origTxID') };
  return { kind: 'rollback', id: readId(body, 'txID'), reference };
}

function isFree({ type }: JsonObject): boolean {
  if (type === undefined || type === null || type === 'regular') return false;
  if (type === 'free') return true;
  throw new MalformedBody('type must be regular or free');
}
