import type { BalanceDto, ErrorCode } from '@baize/contracts';
import { formatDecimal } from '@baize/money';
import type { DialectAnswer, Outcome, ProviderCommand } from '../../domain/dialect';

const funds = new Set<ErrorCode>(['wallet.insufficient-funds', 'wallet.debt-outstanding']);

/** Everything but money has one code; the description is for people. */
const descriptions: Partial<Record<ErrorCode, string>> = {
  'game-sessions.session-not-found': 'The session is unknown or over',
  'game-sessions.game-not-found': 'The game is unknown',
  'game-sessions.game-not-available': 'The game is not available',
  'wallet.player-not-found': 'The player is unknown',
  'wallet.wallet-not-found': 'The player has no account in this currency',
  'wallet.currency-mismatch': "The currency is not the player's",
  'wallet.insufficient-funds': 'Not enough money to continue playing',
  'wallet.debt-outstanding': 'Not enough money to continue playing',
  'wallet.player-restricted': 'The player may not bet',
  'wallet.limit-exceeded': 'The player reached a limit',
  'wallet.stake-too-high': 'The bet is too high',
  'wallet.bet-not-found': 'The bet is not known yet',
  'wallet.original-not-found': 'The transaction is not known yet',
  'wallet.bet-already-rolled-back': 'The bet was rolled back',
  'wallet.movement-tombstoned': 'The bet was rolled back',
  'wallet.movement-conflict': 'The transaction id was used with other data',
  'wallet.original-settled': 'The transaction is settled',
  'wallet.round-closed': 'The round is finished',
  'wallet.amount-out-of-range': 'The amount is out of range',
};

/** HTTP 200 but for a fault of ours: a refusal is an answer like any other. */
export function answerSlotegrator(outcome: Outcome, command?: ProviderCommand): DialectAnswer {
  switch (outcome.kind) {
    case 'posted': {
      const { actions, balance } = outcome.posted;
      return success(balance, command, actions[0]?.transactionId);
    }
    case 'balance':
      return success(outcome.balance);
    case 'refused':
      return failure(descriptions[outcome.code] ?? 'The request is refused', funds.has(outcome.code));
    case 'malformed':
      return failure(`Bad request: ${outcome.detail}`);
    case 'unauthenticated':
      return failure('X-Sign does not match the request, or its time is over');
    case 'fault':
    case 'session': // there is no hand-shake, so nobody asks
      return { ...failure('Temporarily not available'), status: 500 };
  }
}

/** Written by hand: balances are decimal JSON numbers that no float may touch. */
function success(balance: BalanceDto, command?: ProviderCommand, transactionId?: string): DialectAnswer {
  let body = `{"balance":${formatDecimal(BigInt(balance.real + balance.bonus), balance.currency)}`;
  if (transactionId !== undefined) body += `,"transaction_id":${JSON.stringify(transactionId)}`;
  // only a rollback has an id of its own beside those of its movements
  if (command?.callId !== undefined) {
    const rolledBack = command.actions.map(({ reference }) => reference?.id);
    body += `,"rollback_transactions":${JSON.stringify(rolledBack)}`;
  }
  return json(`${body}}`);
}

function failure(description: string, noFunds = false): DialectAnswer {
  const code = noFunds ? 'INSUFFICIENT_FUNDS' : 'INTERNAL_ERROR';
  return json(JSON.stringify({ error_code: code, error_description: description }));
}

function json(body: string): DialectAnswer {
  return { status: 200, contentType: 'application/json', body };
}
