import type { BalanceDto, ErrorCode } from '@baize/contracts';
import { formatDecimal } from '@baize/money';
import type { DialectAnswer, Outcome } from '../../domain/dialect';

interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  /** The player may see it. */
  readonly message: string;
}

const noFunds = { status: 402, code: 'insufficient_funds', message: 'Not enough funds' };
const sessionExpired = { status: 403, code: 'session_expired', message: 'The session is over' };
const wrongCurrency = {
  status: 400,
  code: 'currency_not_supported',
  message: 'The currency is not supported',
};
const gameNotFound = { status: 404, code: 'game_not_found', message: 'The game is not available' };
const refused = { status: 400, code: 'refused', message: 'The request is refused' };
const betLimit = { status: 403, code: 'bet_limit', message: 'A bet limit is reached' };

const refusals: Partial<Record<ErrorCode, ErrorAnswer>> = {
  'game-sessions.session-not-found': {
    status: 404,
    code: 'session_not_found',
    message: 'The session is unknown',
  },
  'game-sessions.game-not-found': gameNotFound,
  'game-sessions.game-not-available': gameNotFound,
  'wallet.player-not-found': { status: 404, code: 'player_not_found', message: 'The player is unknown' },
  'wallet.wallet-not-found': wrongCurrency,
  'wallet.currency-mismatch': wrongCurrency,
  'wallet.insufficient-funds': noFunds,
  'wallet.debt-outstanding': noFunds,
  'wallet.player-restricted': { status: 403, code: 'account_blocked', message: 'The account is blocked' },
  'wallet.limit-exceeded': betLimit,
  'wallet.stake-too-high': betLimit,
  // wins and refunds are sent until they are accepted
  'wallet.bet-not-found': { status: 404, code: 'bet_not_found', message: 'The bet is not known yet' },
  'wallet.original-not-found': { status: 404, code: 'bet_not_found', message: 'The bet is not known yet' },
  'wallet.bet-already-rolled-back': { status: 409, code: 'bet_refunded', message: 'The bet was refunded' },
  'wallet.movement-tombstoned': { status: 409, code: 'bet_refunded', message: 'The bet was refunded' },
  'wallet.movement-conflict': {
    status: 409,
    code: 'transaction_conflict',
    message: 'The transaction id was used with other data',
  },
  'wallet.original-settled': { status: 409, code: 'bet_settled', message: 'The bet is settled' },
  'wallet.round-closed': { status: 409, code: 'round_closed', message: 'The round is over' },
  'wallet.amount-out-of-range': {
    status: 400,
    code: 'invalid_request',
    message: 'The amount is out of range',
  },
};

const unauthenticated = { status: 401, code: 'invalid_signature', message: 'X-REQUEST-SIGN does not match' };
const fault = { status: 500, code: 'internal_error', message: 'Temporarily not available' };

/** The refund of an unknown bet is a success, as the provider sends it until it is one. */
export function answerSwipegames(outcome: Outcome): DialectAnswer {
  switch (outcome.kind) {
    case 'posted': {
      const { actions, balance } = outcome.posted;
      return success(balance, actions[0]?.transactionId);
    }
    case 'balance':
      return success(outcome.balance);
    case 'refused':
      return failure(outcome.sessionOver ? sessionExpired : (refusals[outcome.code] ?? refused));
    case 'malformed':
      return failure({ status: 400, code: 'invalid_request', message: `Bad request: ${outcome.detail}` });
    case 'unauthenticated':
      return failure(unauthenticated);
    case 'fault':
    case 'session': // there is no hand-shake, so nobody asks
      return failure(fault);
  }
}

/** The dialect's balance is a decimal text; `txID` is our id of the movement. */
function success({ real, bonus, currency }: BalanceDto, txID?: string): DialectAnswer {
  const balance = formatDecimal(BigInt(real + bonus), currency);
  return json(200, { balance, ...(txID !== undefined && { txID }) });
}

function failure({ status, code, message }: ErrorAnswer): DialectAnswer {
  return json(status, { code, message });
}

function json(status: number, body: object): DialectAnswer {
  return { status, contentType: 'application/json', body: JSON.stringify(body) };
}
