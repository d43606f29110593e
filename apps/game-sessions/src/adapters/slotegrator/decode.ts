import type { GameAction } from '@baize/contracts';
import type { FreeRoundsWord, ProviderAction, ProviderCall, ProviderCommand } from '../../domain/dialect';
import { MalformedBody, type JsonObject } from '../json-body';
import { readCurrency, readDecimalText, readId } from '../read-fields';
import { parsePhpForm, type PhpArray, type PhpValue } from './php-form';

const maxRolledBack = 64;
const maxListIdLength = 125;
const ascii = /^[\0-\x7f]*$/;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const awards = new Map<string, GameAction['award']>([
  ['jackpot', 'jackpot'],
  ['freespin', 'free-round'],
  ['bonus', 'promo'],
  ['promo', 'promo'],
  ['pragmatic_prize_drop', 'promo'],
  ['pragmatic_tournament', 'promo'],
]);

/** Parameters that the documentation does not list are ignored: providers add some without notice. */
export function decodeSlotegrator(call: ProviderCall): ProviderCommand {
  if (call.method !== 'POST' || call.path !== '/')
    throw new MalformedBody(`there is no ${call.method} ${call.path}`);
  const form = parsePhpForm(call.body);
  if (!form) throw new MalformedBody('the form has too many parameters or nests too deeply');
  if (form.repeated) throw new MalformedBody('a parameter came twice');
  const fields = fieldsOf(form.parameters);
  const read = typeof fields.action === 'string' ? operations.get(fields.action) : undefined;
  if (!read) throw new MalformedBody('action must be balance, bet, win, refund or rollback');
  return read(fields, form.parameters);
}

const operations = new Map<string, (fields: JsonObject, parameters: PhpArray) => ProviderCommand>([
  ['balance', readBalance],
  ['bet', readBet],
  ['win', readWin],
  ['refund', readRefund],
  ['rollback', readRollback],
]);

/** The texts of a list; nested lists are read where they are wanted. */
function fieldsOf(list: PhpArray): JsonObject {
  const fields = Object.create(null) as Record<string, string>;
  for (const [name, value] of list) if (typeof value === 'string') fields[name] = textOf(value);
  return fields;
}

function textOf(bytes: string): string {
  if (ascii.test(bytes)) return bytes;
  try {
    return utf8.decode(Buffer.from(bytes, 'latin1'));
  } catch {
    throw new MalformedBody('a parameter is not UTF-8');
  }
}

/** PHP writes what is not there as an empty value. */
function readOptional(fields: JsonObject, key: string): string | undefined {
  return fields[key] === undefined || fields[key] === '' ? undefined : readId(fields, key);
}

function readBalance(fields: JsonObject): ProviderCommand {
  return {
    intent: 'balance',
    session: readOptional(fields, 'session_id'),
    playerId: readId(fields, 'player_id'),
    currency: readCurrency(fields, 'currency'),
    closeRound: false,
    actions: [],
  };
}

function readMovement(
  fields: JsonObject,
  round: string | undefined,
  actions: ProviderAction[],
  callId?: string,
): ProviderCommand {
  return {
    intent: 'post',
    session: readOptional(fields, 'session_id'),
    playerId: readId(fields, 'player_id'),
    callId,
    currency: readCurrency(fields, 'currency'),
    providerGameId: readOptional(fields, 'game_uuid'),
    providerRoundId: round,
    closeRound: readFinished(fields) && round !== undefined,
    actions,
    freeRounds: readFreeRounds(fields, actions),
  };
}

/** A free spin names its campaign on the bet and on the win; the bet plays the round. */
function readFreeRounds(fields: JsonObject, [action]: ProviderAction[]): FreeRoundsWord | undefined {
  const reference = fields.type === 'freespin' ? readOptional(fields, 'freespin_id') : undefined;
  return reference === undefined ? undefined : { reference, rounds: action?.kind === 'bet' ? 1 : 0 };
}

/** Some games have no rounds: there every bet is one, and its win names the bet. */
function readBet(fields: JsonObject): ProviderCommand {
  const id = readId(fields, 'transaction_id');
  const amount = readDecimalText(fields, 'amount');
  // the stake of a free spin is not the player's: it is recorded, and costs nothing
  const staked = fields.type === 'freespin' ? 0 : amount;
  readId(fields, 'session_id');
  return readMovement(fields, readOptional(fields, 'round_id') ?? id, [{ kind: 'bet', id, amount: staked }]);
}

function readWin(fields: JsonObject): ProviderCommand {
  const bet = readOptional(fields, 'bet_transaction_id');
  const award = typeof fields.type === 'string' ? awards.get(fields.type) : undefined;
  const round = readOptional(fields, 'round_id') ?? bet;
  if (round === undefined && award === undefined)
    throw new MalformedBody('a win must have a round_id or a bet_transaction_id');
  const win: ProviderAction = {
    kind: 'win',
    id: readId(fields, 'transaction_id'),
    amount: readDecimalText(fields, 'amount'),
    reference: bet === undefined ? undefined : { kind: 'bet', id: bet },
    award,
  };
  return readMovement(fields, round, [win]);
}

/** Takes back one bet; its amount is the bet's and only checked for form. */
function readRefund(fields: JsonObject): ProviderCommand {
  checkAmount(fields);
  const bet = readId(fields, 'bet_transaction_id');
  const reference = { kind: 'bet' as const, id: bet };
  const refund = { kind: 'rollback' as const, id: readId(fields, 'transaction_id'), reference };
  return readMovement(fields, readOptional(fields, 'round_id') ?? bet, [refund]);
}

/**
 * Takes back a list of bets and wins, all or none: the wins first, since a bet with a win is settled. The first one
 * has the rollback's own id, the others that id with their place.
 */
function readRollback(fields: JsonObject, parameters: PhpArray): ProviderCommand {
  const id = readId(fields, 'transaction_id');
  const references = readRolledBack(parameters.get('rollback_transactions'));
  // each further movement has this id with its place: that must be an id too
  if (references.length > 1 && id.length > maxListIdLength)
    throw new MalformedBody(`transaction_id of a list must have at most ${maxListIdLength} characters`);
  const ordered = [
    ...references.filter(({ kind }) => kind === 'win'),
    ...references.filter(({ kind }) => kind !== 'win'),
  ];
  const actions = ordered.map((reference, place) => ({
    kind: 'rollback' as const,
    id: place === 0 ? id : `${id}:${place}`,
    reference,
  }));
  return readMovement(fields, readOptional(fields, 'round_id'), actions, id);
}

function readRolledBack(list: PhpValue | undefined) {
  if (typeof list !== 'object' || list.size === 0 || list.size > maxRolledBack)
    throw new MalformedBody(`rollback_transactions must be a list of 1 to ${maxRolledBack}`);
  return [...list.values()].map((item) => {
    if (typeof item !== 'object')
      throw new MalformedBody('a rolled back transaction must be a list of fields');
    const fields = fieldsOf(item);
    const { action } = fields;
    if (action !== 'bet' && action !== 'win')
      throw new MalformedBody('the action of a rolled back transaction must be bet or win');
    checkAmount(fields);
    return { kind: action, id: readId(fields, 'transaction_id') } as const;
  });
}

function checkAmount(fields: JsonObject): void {
  if (fields.amount !== undefined && fields.amount !== '') readDecimalText(fields, 'amount');
}

function readFinished({ finished }: JsonObject): boolean {
  if (finished === undefined || finished === '' || finished === '0' || finished === 'false') return false;
  if (finished === '1' || finished === 'true') return true;
  throw new MalformedBody('finished must be 0 or 1');
}
