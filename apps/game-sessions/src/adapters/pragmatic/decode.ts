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
  ['/balance', (form) => ({ ...readCaller(form), intent: 'balance', closeRound: false, actions: [] })],
  ['/bet', (form) => ({ ...readRound(form), actions: [readBet(form)] })],
  [
    '/result',
    (form) => ({ ...readRound(form), ...readBonus(form, { rounds: 1 }), actions: readResult(form) }),
  ],
  [
    '/bonusWin',
    (form) => ({
      ...readAward(form, 'free-round'),
      ...readBonus(form, { rounds: 0, finished: 'completed' }),
    }),
  ],
  ['/jackpotWin', (form) => readAward(form, 'jackpot')],
  ['/promoWin', (form) => readAward(form, 'promo')],
  ['/refund', readRefund],
  ['/endRound', (form) => ({ ...readRound(form), closeRound: true, actions: [] })],
  ['/adjustment', (form) => ({ ...readRound(form), actions: [readAdjustment(form)] })],
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

/** `token` is optional after the hand-shake; a currency is only given with promotions. */
function readCaller(form: JsonObject) {
  const session = readOptionalId(form, 'token');
  return {
    ...(session !== undefined && { session }),
    playerId: readId(form, 'userId'),
    ...(form.currency !== undefined && { currency: readCurrency(form, 'currency') }),
  };
}

function readRound(form: JsonObject) {
  return {
    ...readCaller(form),
    intent: 'post' as const,
    providerGameId: readId(form, 'gameId'),
    providerRoundId: readId(form, 'roundId'),
    closeRound: false,
  };
}

function readBet(form: JsonObject): ProviderAction {
  const { roundDetails } = form;
  return {
    kind: 'bet',
    id: readId(form, 'reference'),
    amount: readDecimalText(form, 'amount'),
    ...(typeof roundDetails === 'string' && { choice: boundedChoice(roundDetails) }),
  };
}

/** `bonusCode` names the free rounds: a result plays one of them, the bonus win ends them. */
function readBonus(form: JsonObject, word: Omit<FreeRoundsWord, 'reference'>) {
  const reference = readOptionalId(form, 'bonusCode');
  return reference === undefined ? {} : { freeRounds: { reference, ...word } };
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
function readAward(form: JsonObject, award: ProviderAction['award']): ProviderCommand {
  const providerGameId = readOptionalId(form, 'gameId');
  const providerRoundId = readOptionalId(form, 'roundId');
  return {
    ...readCaller(form),
    intent: 'post',
    ...(providerGameId !== undefined && { providerGameId }),
    ...(providerRoundId !== undefined && { providerRoundId }),
    closeRound: false,
    actions: [{ kind: 'win', id: readId(form, 'reference'), amount: readDecimalText(form, 'amount'), award }],
  };
}

/**
 * A refund carries the bet's own reference and means the whole bet. Amount and round may be there or not, even between
 * two tries of one refund, so they are only checked for form.
 */
function readRefund(form: JsonObject): ProviderCommand {
  if (form.amount !== undefined) readDecimalText(form, 'amount');
  readOptionalId(form, 'roundId');
  const id = readId(form, 'reference');
  const providerGameId = readOptionalId(form, 'gameId');
  return {
    ...readCaller(form),
    intent: 'post',
    ...(providerGameId !== undefined && { providerGameId }),
    closeRound: false,
    actions: [{ kind: 'rollback', id, reference: { kind: 'bet', id } }],
  };
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
