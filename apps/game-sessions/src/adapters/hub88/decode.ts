import type { GameAction } from '@baize/contracts';
import type { FreeRoundsWord, ProviderCall, ProviderCommand } from '../../domain/dialect';
import { isObject, MalformedBody, NumberText, readJsonObject, type JsonObject } from '../json-body';
import { boundedChoice, readCurrency, readFlag, readId, readOptionalId } from '../read-fields';
import { readAmount } from './amount';

/** Fields that the documentation does not list are ignored: providers add some without notice. */
export function decodeHub88(call: ProviderCall): ProviderCommand {
  const read = call.method === 'POST' ? operations.get(call.path) : undefined;
  if (!read) throw new MalformedBody(`there is no ${call.method} ${call.path}`);
  const body = readJsonObject(call.body);
  try {
    return read(body);
  } catch (error) {
    // the answer echoes the request's id even when the rest cannot be read
    if (error instanceof MalformedBody && typeof body.request_uuid === 'string')
      throw new MalformedBody(error.message, body.request_uuid.slice(0, 128));
    throw error;
  }
}

const operations = new Map<string, (body: JsonObject) => ProviderCommand>([
  ['/user/info', readQuestion],
  ['/user/balance', readQuestion],
  ['/transaction/bet', readBet],
  ['/transaction/win', readWin],
  ['/transaction/rollback', readRollback],
]);

function readQuestion(body: JsonObject): ProviderCommand {
  return {
    intent: 'balance',
    session: readOptionalId(body, 'token'),
    playerId: readId(body, 'user'),
    callId: readId(body, 'request_uuid'),
    closeRound: false,
    actions: [],
  };
}

/** Promotions may follow their round by days or have none: they say nothing about the end of one. */
function readMovement(body: JsonObject, action: GameAction, currency?: string): ProviderCommand {
  const isPromo = action.award === 'promo';
  return {
    intent: 'post',
    session: readId(body, 'token'),
    playerId: readId(body, 'user'),
    callId: readId(body, 'request_uuid'),
    currency,
    providerGameId: readId(body, 'game_code'),
    providerRoundId: isPromo ? readOptionalId(body, 'round') : readId(body, 'round'),
    closeRound: readFlag(body, 'round_closed') && !isPromo,
    actions: [action],
    freeRounds: readFreeRounds(body, action),
  };
}

/** A free bet names the reward that it is of; its win plays no further round. */
function readFreeRounds(body: JsonObject, { kind }: GameAction): FreeRoundsWord | undefined {
  const reference = readFlag(body, 'is_free') ? readOptionalId(body, 'reward_uuid') : undefined;
  return reference === undefined ? undefined : { reference, rounds: kind === 'bet' ? 1 : 0 };
}

function readBet(body: JsonObject): ProviderCommand {
  const currency = readCurrency(body, 'currency');
  const amount = readAmount(body, 'amount', currency);
  const bet: GameAction = {
    kind: 'bet',
    id: readId(body, 'transaction_uuid'),
    // the stake of a free bet is not the player's: it is recorded, and costs nothing
    amount: awardOf(body) ? 0 : amount,
    choice: readChoice(body),
  };
  return readMovement(body, bet, currency);
}

function readWin(body: JsonObject): ProviderCommand {
  const currency = readCurrency(body, 'currency');
  const reference = readOptionalId(body, 'reference_transaction_uuid');
  const win: GameAction = {
    kind: 'win',
    id: readId(body, 'transaction_uuid'),
    amount: readAmount(body, 'amount', currency),
    reference: reference === undefined ? undefined : { kind: 'bet', id: reference },
    award: awardOf(body),
  };
  return readMovement(body, win, currency);
}

/** The amount is the original's; without a currency it is the session's. */
function readRollback(body: JsonObject): ProviderCommand {
  const reference = { kind: 'any' as const, id: readId(body, 'reference_transaction_uuid') };
  return readMovement(body, { kind: 'rollback', id: readId(body, 'transaction_uuid'), reference });
}

/** What was bet on: a name, and for some games details such as a selection and its odds. */
function readChoice(body: JsonObject): string | undefined {
  const chosen = shown(body.bet);
  const details = isObject(body.meta) ? Object.entries(body.meta) : [];
  const parts = details.flatMap(([name, value]) => {
    const text = shown(value);
    return text === undefined ? [] : [`${name}=${text}`];
  });
  const text = [...(chosen === undefined ? [] : [chosen]), ...parts].join(', ');
  return text === '' ? undefined : boundedChoice(text);
}

function shown(value: unknown): string | undefined {
  if (value instanceof NumberText) return value.text;
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function awardOf(body: JsonObject): GameAction['award'] {
  if (readFlag(body, 'is_supplier_promo')) return 'promo';
  return readFlag(body, 'is_free') ? 'free-round' : undefined;
}
