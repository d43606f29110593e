import type { BalanceDto, ErrorCode } from '@baize/contracts';
import type { DialectAnswer, Outcome, ProviderCommand } from '../../domain/dialect';
import { writeAmount } from './amount';

type Status =
  | 'RS_OK'
  | 'RS_ERROR_UNKNOWN'
  | 'RS_ERROR_INVALID_TOKEN'
  | 'RS_ERROR_INVALID_GAME'
  | 'RS_ERROR_WRONG_CURRENCY'
  | 'RS_ERROR_NOT_ENOUGH_MONEY'
  | 'RS_ERROR_USER_DISABLED'
  | 'RS_ERROR_INVALID_SIGNATURE'
  | 'RS_ERROR_TOKEN_EXPIRED'
  | 'RS_ERROR_WRONG_SYNTAX'
  | 'RS_ERROR_DUPLICATE_TRANSACTION'
  | 'RS_ERROR_TRANSACTION_DOES_NOT_EXIST'
  | 'RS_ERROR_TRANSACTION_ROLLED_BACK'
  | 'RS_ERROR_LIMIT_REACHED';

/** Their word for a call that can never be done as it stands; RS_ERROR_UNKNOWN would be our fault. */
const never = 'RS_ERROR_WRONG_SYNTAX';

const refusals: Partial<Record<ErrorCode, Status>> = {
  'game-sessions.session-not-found': 'RS_ERROR_INVALID_TOKEN',
  'game-sessions.game-not-found': 'RS_ERROR_INVALID_GAME',
  'game-sessions.game-not-available': 'RS_ERROR_INVALID_GAME',
  'wallet.player-not-found': 'RS_ERROR_INVALID_TOKEN',
  'wallet.wallet-not-found': 'RS_ERROR_WRONG_CURRENCY',
  'wallet.currency-mismatch': 'RS_ERROR_WRONG_CURRENCY',
  'wallet.insufficient-funds': 'RS_ERROR_NOT_ENOUGH_MONEY',
  'wallet.debt-outstanding': 'RS_ERROR_NOT_ENOUGH_MONEY',
  'wallet.player-restricted': 'RS_ERROR_USER_DISABLED',
  'wallet.limit-exceeded': 'RS_ERROR_LIMIT_REACHED',
  'wallet.stake-too-high': 'RS_ERROR_LIMIT_REACHED',
  'wallet.movement-conflict': 'RS_ERROR_DUPLICATE_TRANSACTION',
  'wallet.movement-tombstoned': 'RS_ERROR_TRANSACTION_ROLLED_BACK',
  // "can't be found (wasn't processed or was rolled back)" is one word of theirs
  'wallet.bet-not-found': 'RS_ERROR_TRANSACTION_DOES_NOT_EXIST',
  'wallet.original-not-found': 'RS_ERROR_TRANSACTION_DOES_NOT_EXIST',
  'wallet.bet-already-rolled-back': 'RS_ERROR_TRANSACTION_DOES_NOT_EXIST',
  'wallet.original-settled': never,
  'wallet.round-closed': never,
  'wallet.amount-out-of-range': never,
};

/** Always HTTP 200; the status field says what happened. The rollback of an unknown transaction is a success. */
export function answerHub88(outcome: Outcome, command?: ProviderCommand): DialectAnswer {
  switch (outcome.kind) {
    case 'posted':
      return answer('RS_OK', command, outcome.posted.balance);
    case 'balance':
      return answer('RS_OK', command, outcome.balance);
    case 'refused':
      return answer(statusOf(outcome), command, outcome.balance);
    case 'malformed':
      return answer(never, outcome);
    case 'unauthenticated':
      return answer('RS_ERROR_INVALID_SIGNATURE');
    case 'fault':
    case 'session': // there is no hand-shake, so nobody asks
      return answer('RS_ERROR_UNKNOWN', command);
  }
}

function statusOf({ code, sessionOver }: Outcome & { kind: 'refused' }): Status {
  return sessionOver ? 'RS_ERROR_TOKEN_EXPIRED' : (refusals[code] ?? never);
}

/** Written by hand: balances are integers that a double may not hold. */
function answer(
  status: Status,
  call: Pick<ProviderCommand, 'callId' | 'playerId'> = {},
  balance?: BalanceDto,
): DialectAnswer {
  let body = `{"status":"${status}"`;
  if (call.playerId !== undefined) body += `,"user":${JSON.stringify(call.playerId)}`;
  if (call.callId !== undefined) body += `,"request_uuid":${JSON.stringify(call.callId)}`;
  if (balance) {
    const { real, bonus, currency } = balance;
    body += `,"currency":"${currency}","balance":${writeAmount(real + bonus, currency)}`;
  }
  return { status: 200, contentType: 'application/json', body: `${body}}` };
}
