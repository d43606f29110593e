import type { BalanceDto, ErrorCode } from '@baize/contracts';
import { formatDecimal } from '@baize/money';
import type { DialectAnswer, Outcome } from '../../domain/dialect';

interface ErrorAnswer {
  readonly error: number;
  readonly description: string;
}

const noFunds = { error: 1, description: 'Insufficient balance' };
const unknownPlayer = { error: 2, description: 'Player not found' };
const notAllowed = (description: string) => ({ error: 3, description });
const frozen = { error: 6, description: 'Player is frozen' };
const badParameters = (description: string) => ({ error: 7, description });
const noGame = { error: 8, description: 'Game is not found or disabled' };
/** They give up on it. 100 would make them try again for ever, so a refusal is never that. */
const final = (description: string) => ({ error: 120, description });

const refusals: Partial<Record<ErrorCode, ErrorAnswer>> = {
  'wallet.insufficient-funds': noFunds,
  'wallet.debt-outstanding': noFunds,
  'wallet.player-not-found': unknownPlayer,
  'game-sessions.session-not-found': { error: 4, description: 'Token is invalid, unknown or expired' },
  'wallet.player-restricted': frozen,
  'wallet.wallet-not-found': badParameters('The player has no wallet in this currency'),
  'wallet.currency-mismatch': badParameters("The currency is not the player's"),
  'wallet.movement-conflict': badParameters('The reference was used with other data'),
  'wallet.amount-out-of-range': badParameters('The amount is out of range'),
  'game-sessions.game-not-found': noGame,
  'game-sessions.game-not-available': noGame,
  'wallet.limit-exceeded': { error: 50, description: 'Bet limit was exceeded' },
  'wallet.stake-too-high': { error: 310, description: 'Bet is out of the limits' },
  'wallet.movement-tombstoned': notAllowed('The bet was refunded before it came'),
  'wallet.round-closed': notAllowed('The round is closed'),
  'wallet.bet-not-found': notAllowed('The round has no bet yet'),
  'wallet.original-settled': final('The bet is settled'),
  'wallet.bet-already-rolled-back': final('The bet was refunded'),
};

/** Answers are always HTTP 200; `error` says what happened. */
export function answerPragmatic(outcome: Outcome): DialectAnswer {
  switch (outcome.kind) {
    case 'posted': {
      // the refund of a bet that nobody knows is a success as well
      const [action] = outcome.posted.actions;
      return success(action ? { transactionId: action.transactionId } : {}, outcome.posted.balance);
    }
    case 'balance':
      return success({}, outcome.balance);
    case 'session':
      return success({ userId: outcome.playerId, token: outcome.session }, outcome.balance);
    case 'refused':
      return answer({}, outcome.balance, refusals[outcome.code] ?? final('The request is refused'));
    case 'malformed':
      return answer({}, undefined, badParameters(`Bad request: ${outcome.detail}`));
    case 'unauthenticated':
      return answer({}, undefined, { error: 5, description: 'Hash does not match the parameters' });
    case 'fault':
      return answer({}, undefined, { error: 100, description: 'Temporarily not available' });
  }
}

function success(ids: Readonly<Record<string, string>>, balance?: BalanceDto): DialectAnswer {
  return answer(ids, balance, { error: 0, description: 'Success' });
}

/** Written by hand: balances are decimal JSON numbers that no float may touch. */
function answer(
  ids: Readonly<Record<string, string>>,
  balance: BalanceDto | undefined,
  { error, description }: ErrorAnswer,
): DialectAnswer {
  let body = '{';
  for (const [name, id] of Object.entries(ids)) body += `"${name}":${JSON.stringify(id)},`;
  if (balance) {
    const { real, bonus, currency } = balance;
    body += `"currency":"${currency}","cash":${formatDecimal(BigInt(real), currency)}`;
    body += `,"bonus":${formatDecimal(BigInt(bonus), currency)},`;
  }
  body += `"error":${error},"description":${JSON.stringify(description)}}`;
  return { status: 200, contentType: 'application/json', body };
}
