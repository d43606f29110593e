import type {
  DecimalText,
  FreeRoundsWord,
  ProviderAction,
  ProviderCall,
  ProviderCommand,
} from '../../domain/dialect';
import { MalformedBody, type JsonObject } from '../json-body';
import { boundedChoice, readCurrency, readDecimalText, readId, readOptionalId } from '../read-fields';
import { readFields } from './form';

/** Parameters that the documentation does not list are ignored: providers add some without notice. */
export function decodePragmatic(call: ProviderCall): ProviderCommand {
  const read = call.method === 'POST' ? operations.get(call.path) : undefined;
  if (!read) throw new MalformedBody(`there is no ${call.method} ${call.path}`);
  return read(readFields(call.body));
}

const operations = new Map<string, (form: JsonObject) => ProviderCommand>([
  ['/authenticate', readAuthenticate],
  ['/balance', readBalance],
  ['/bet', (form) => readRound(form, [readBet(form)])],
  ['/result', (form) => readRound(form, readResult(form), readBonus(form))],
  ['/bonusWin', (form) => readAward(form, 'free-round', readTotal(form))],
  ['/jackpotWin', (form) => readAward(form, 'jackpot')],
  ['/promoWin', (form) => readAward(form, 'promo')],
  ['/refund', readRefund],
  ['/endRound', (form) => readRound(form, [])],
  ['/adjustment', (form) => readRound(form, [readAdjustment(form)])],
]);

/** The session says who plays. */
function readAuthenticate(form: JsonObject): ProviderCommand {
  return {
    intent: 'exchange-token',
    session: readId(form, 'token'),
    withBalance: true,
    closeRound: false,
    actions: [],
  };
}

function readBalance(form: JsonObject): ProviderCommand {
  return {
    intent: 'balance',
    session: readOptionalId(form, 'token'),
    playerId: readId(form, 'userId'),
    currency: readOptionalCurrency(form),
    closeRound: false,
    actions: [],
  };
}

/** A call of a round without a movement ends it. */
function readRound(form: JsonObject, actions: ProviderAction[], freeRounds?: FreeRoundsWord) {
  return readMovement(form, readId(form, 'gameId'), readId(form, 'roundId'), actions, freeRounds);
}

/** `token` is optional after the hand-shake; a currency is only given with promotions. */
function readMovement(
  form: JsonObject,
  providerGameId: string | undefined,
  providerRoundId: string | undefined,
  actions: ProviderAction[],
  freeRounds?: FreeRoundsWord,
): ProviderCommand {
  return {
    intent: 'post',
    session: readOptionalId(form, 'token'),
    playerId: readId(form, 'userId'),
    currency: readOptionalCurrency(form),
    providerGameId,
    providerRoundId,
    closeRound: actions.length === 0,
    actions,
    freeRounds,
  };
}

function readOptionalCurrency(form: JsonObject): string | undefined {
  return form.currency === undefined ? undefined : readCurrency(form, 'currency');
}

function readBet(form: JsonObject): ProviderAction {
  const { roundDetails } = form;
  return {
    kind: 'bet',
    id: readId(form, 'reference'),
    amount: readDecimalText(form, 'amount'),
    choice: typeof roundDetails === 'string' ? boundedChoice(roundDetails) : undefined,
  };
}

/** `bonusCode` names the free rounds, of which a result plays one. */
function readBonus(form: JsonObject): FreeRoundsWord | undefined {
  const reference = readOptionalId(form, 'bonusCode');
  return reference === undefined ? undefined : { reference, rounds: 1 };
}

/** A bonus win ends them with what they won in all. Operators differ in whether results pay before: each of both is right. */
function readTotal(form: JsonObject): FreeRoundsWord | undefined {
  const reference = readOptionalId(form, 'bonusCode');
  return reference === undefined ? undefined : { reference, rounds: 0, isTotal: true, finished: 'completed' };
}

/** Results of free spins have no bet of their own; a prize of a campaign may ride along. */
function readResult(form: JsonObject): ProviderAction[] {
  const win = {
    kind: 'win',
    id: readId(form, 'reference'),
    amount: readDecimalText(form, 'amount'),
  } as const;
  const result: ProviderAction =
    readOptionalId(form, 'bonusCode') === undefined ? win : { ...win, award: 'free-round' };
  if (form.promoWinAmount === undefined) return [result];
  const amount = readDecimalText(form, 'promoWinAmount');
  return [result, { kind: 'win', id: readId(form, 'promoWinReference'), amount, award: 'promo' }];
}

/** Paid without a bet, some of them outside any game. */
function readAward(form: JsonObject, award: ProviderAction['award'], freeRounds?: FreeRoundsWord) {
  const win = {
    kind: 'win' as const,
    id: readId(form, 'reference'),
    amount: readDecimalText(form, 'amount'),
    award,
  };
  const [game, round] = [readOptionalId(form, 'gameId'), readOptionalId(form, 'roundId')];
  return readMovement(form, game, round, [win], freeRounds);
}

/**
 * A refund carries the bet's own reference and means the whole bet. Amount and round may be there or not, even between
 * two tries of one refund, so they are only checked for form.
 */
function readRefund(form: JsonObject): ProviderCommand {
  if (form.amount !== undefined) readDecimalText(form, 'amount');
  readOptionalId(form, 'roundId');
  const id = readId(form, 'reference');
  const refund = { kind: 'rollback' as const, id, reference: { kind: 'bet' as const, id } };
  return readMovement(form, readOptionalId(form, 'gameId'), undefined, [refund]);
}

/** A correction of a round: up it is one more win, down one more bet. */
function readAdjustment(form: JsonObject): ProviderAction {
  const text = form.amount;
  const id = readId(form, 'reference');
  if (typeof text !== 'string' || !text.startsWith('-'))
    return { kind: 'win', id, amount: readDecimalText(form, 'amount') };
  const amount: DecimalText = readDecimalText({ amount: text.slice(1) }, 'amount');
  return { kind: 'bet', id, amount };
}
