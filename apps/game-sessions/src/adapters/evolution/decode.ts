import type { GameAction } from '@baize/contracts';
import type { FreeRoundsWord, ProviderCall, ProviderCommand } from '../../domain/dialect';
import { isObject, MalformedBody, readJsonObject, type JsonObject } from '../json-body';
import { readCurrency, readDecimalAmount, readId, readObject, readOptionalId } from '../read-fields';

/** Fields that the documentation does not list are ignored: providers add some without notice. */
export function decodeEvolution(call: ProviderCall): ProviderCommand {
  const read = call.method === 'POST' ? operations.get(call.path) : undefined;
  if (!read) throw new MalformedBody(`there is no ${call.method} ${call.path}`);
  const body = readJsonObject(call.body);
  try {
    return read(body);
  } catch (error) {
    // the answer echoes the uuid even when the rest cannot be read
    if (error instanceof MalformedBody && typeof body.uuid === 'string')
      throw new MalformedBody(error.message, body.uuid.slice(0, 128));
    throw error;
  }
}

const operations = new Map<string, (body: JsonObject) => ProviderCommand>([
  ['/check', (body) => readQuestion(body, 'exchange-token')],
  ['/sid', (body) => readQuestion(body, 'check-session')],
  ['/balance', (body) => readQuestion(body, 'balance', readCurrency(body, 'currency'))],
  ['/debit', (body) => readMovement(body, readDebit)],
  ['/credit', (body) => readMovement(body, readCredit)],
  ['/cancel', (body) => readMovement(body, readCancel)],
  ['/promo_payout', readPromoPayout],
]);

function readQuestion(
  body: JsonObject,
  intent: ProviderCommand['intent'],
  currency?: string,
): ProviderCommand {
  return {
    intent,
    session: readId(body, 'sid'),
    playerId: readId(body, 'userId'),
    callId: readId(body, 'uuid'),
    currency,
    closeRound: false,
    actions: [],
  };
}

function readMovement(
  body: JsonObject,
  readAction: (transaction: JsonObject, currency: string) => GameAction,
): ProviderCommand {
  const currency = readCurrency(body, 'currency');
  const game = readObject(body, 'game');
  return {
    intent: 'post',
    session: readId(body, 'sid'),
    playerId: readId(body, 'userId'),
    callId: readId(body, 'uuid'),
    currency,
    providerGameId: readTableId(game),
    providerRoundId: readId(game, 'id'),
    closeRound: false,
    actions: [readAction(readObject(body, 'transaction'), currency)],
  };
}

function readTableId(game: JsonObject): string {
  return readId(readObject(readObject(game, 'details'), 'table'), 'id');
}

function readDebit(transaction: JsonObject, currency: string): GameAction {
  const amount = readDecimalAmount(transaction, 'amount', currency);
  return { kind: 'bet', id: readId(transaction, 'id'), amount, groupId: readId(transaction, 'refId') };
}

function readCredit(transaction: JsonObject, currency: string): GameAction {
  const amount = readDecimalAmount(transaction, 'amount', currency);
  const reference = { kind: 'bet-group' as const, id: readId(transaction, 'refId') };
  return { kind: 'win', id: readId(transaction, 'id'), amount, reference };
}

/** A cancel carries the debit's own ids; its amount is the debit's and only checked for form. */
function readCancel(transaction: JsonObject, currency: string): GameAction {
  if (transaction.amount !== undefined && transaction.amount !== null)
    readDecimalAmount(transaction, 'amount', currency);
  readId(transaction, 'refId');
  const id = readId(transaction, 'id');
  return { kind: 'rollback', id, reference: { kind: 'bet', id } };
}

/** Promotions come after the session, and some outside any game. */
function readPromoPayout(body: JsonObject): ProviderCommand {
  const currency = readCurrency(body, 'currency');
  const promo = readObject(body, isObject(body.promoTransaction) ? 'promoTransaction' : 'transaction');
  const action: GameAction = {
    kind: 'win',
    id: readId(promo, 'id'),
    amount: readDecimalAmount(promo, 'amount', currency),
    award: awardOf(promo.type),
  };
  const { game } = body;
  return {
    intent: 'post',
    session: readOptionalId(body, 'sid'),
    playerId: readId(body, 'userId'),
    callId: readId(body, 'uuid'),
    currency,
    providerGameId: isObject(game) ? readTableId(game) : undefined,
    providerRoundId: isObject(game) ? readId(game, 'id') : undefined,
    closeRound: false,
    actions: [action],
    freeRounds: readVoucher(promo),
  };
}

/** Free rounds are paid out of their voucher; they are over when none of them remains. */
function readVoucher(promo: JsonObject): FreeRoundsWord | undefined {
  const voucher = awardOf(promo.type) === 'free-round' ? readOptionalId(promo, 'voucherId') : undefined;
  if (voucher === undefined) return undefined;
  const over = /^0+$/.test(readOptionalId(promo, 'remainingRounds') ?? '0');
  return { reference: voucher, rounds: 0, finished: over ? 'completed' : undefined };
}

function awardOf(type: unknown): GameAction['award'] {
  if (typeof type !== 'string') return 'promo';
  if (type.startsWith('FreeRound')) return 'free-round';
  return type.startsWith('Jackpot') ? 'jackpot' : 'promo';
}
