import type { BalanceDto, ErrorCode, MovementsPosted } from '@baize/contracts';
import { formatDecimal } from '@baize/money';
import type { DialectAnswer, Outcome, ProviderCommand } from '../../domain/dialect';

type Status =
  | 'OK'
  | 'INVALID_TOKEN_ID'
  | 'INVALID_SID'
  | 'INVALID_PARAMETER'
  | 'INSUFFICIENT_FUNDS'
  | 'BET_ALREADY_EXIST'
  | 'BET_DOES_NOT_EXIST'
  | 'BET_ALREADY_SETTLED'
  | 'FINAL_ERROR_ACTION_FAILED'
  | 'TEMPORARY_ERROR';

const refusals: Partial<Record<ErrorCode, Status>> = {
  'game-sessions.session-not-found': 'INVALID_SID',
  'game-sessions.game-not-found': 'INVALID_PARAMETER',
  'game-sessions.game-not-available': 'INVALID_PARAMETER',
  'wallet.player-not-found': 'INVALID_PARAMETER',
  'wallet.wallet-not-found': 'INVALID_PARAMETER',
  'wallet.currency-mismatch': 'INVALID_PARAMETER',
  'wallet.amount-out-of-range': 'INVALID_PARAMETER',
  'wallet.movement-conflict': 'INVALID_PARAMETER',
  'wallet.insufficient-funds': 'INSUFFICIENT_FUNDS',
  'wallet.debt-outstanding': 'INSUFFICIENT_FUNDS',
  'wallet.bet-not-found': 'BET_DOES_NOT_EXIST',
  'wallet.original-not-found': 'BET_DOES_NOT_EXIST',
  'wallet.bet-already-rolled-back': 'BET_ALREADY_SETTLED',
  'wallet.original-settled': 'BET_ALREADY_SETTLED',
  'wallet.movement-tombstoned': 'FINAL_ERROR_ACTION_FAILED',
};

/** One Wallet answers are always HTTP 200; the status field says what happened. */
export function answerEvolution(outcome: Outcome, command?: ProviderCommand): DialectAnswer {
  switch (outcome.kind) {
    case 'posted':
      return posted(outcome.posted, command);
    case 'balance':
      return answer('OK', command?.callId, { balance: outcome.balance });
    case 'session':
      return answer('OK', command?.callId, { sid: outcome.session });
    case 'refused':
      return answer(refusals[outcome.code] ?? 'FINAL_ERROR_ACTION_FAILED', command?.callId, outcome);
    case 'malformed':
      return answer('INVALID_PARAMETER', outcome.callId);
    case 'unauthenticated':
      return answer('INVALID_TOKEN_ID');
    case 'fault':
      return answer('TEMPORARY_ERROR', command?.callId);
  }
}

/** The repeat of a debit and of a cancel have a status of their own; a repeated credit is the stored success. */
function posted({ actions, balance }: MovementsPosted, command?: ProviderCommand): DialectAnswer {
  const [action] = actions;
  if (action?.status === 'tombstoned') return answer('BET_DOES_NOT_EXIST', command?.callId, { balance });
  if (action?.status !== 'replayed') return answer('OK', command?.callId, { balance });
  const status = ({ bet: 'BET_ALREADY_EXIST', rollback: 'BET_ALREADY_SETTLED', win: 'OK' } as const)[
    action.kind
  ];
  return answer(status, command?.callId, { balance, retransmission: true });
}

/** Written by hand: balances are decimal JSON numbers that no float may touch. */
function answer(
  status: Status,
  uuid?: string,
  more: { balance?: BalanceDto; sid?: string; retransmission?: boolean } = {},
): DialectAnswer {
  let body = `{"status":"${status}"`;
  if (more.sid !== undefined) body += `,"sid":${JSON.stringify(more.sid)}`;
  if (more.balance) {
    const { real, bonus, currency } = more.balance;
    body += `,"balance":${formatDecimal(BigInt(real), currency)},"bonus":${formatDecimal(BigInt(bonus), currency)}`;
    body += `,"retransmission":${more.retransmission ?? false}`;
  }
  if (uuid !== undefined) body += `,"uuid":${JSON.stringify(uuid)}`;
  return { status: 200, contentType: 'application/json', body: `${body}}` };
}
