import type { MovementsPosted, BalanceDto, ErrorCode } from '@baize/contracts';
import type { DialectAnswer, Outcome, ProviderCommand } from '../../domain/dialect';

interface ErrorAnswer {
  readonly status: number;
  readonly code: number;
  readonly message: string;
}

const noFunds = { status: 412, code: 100, message: 'Player has not enough funds to process an action' };
const wrongCurrency = { status: 412, code: 154, message: 'Currency is not allowed for the player' };
const gameForbidden = { status: 412, code: 107, message: 'Game is forbidden to the player' };
/** They retry until 200 or a definite 400: what may still come is 404, what never will be is 400. */
const notYet = (message: string) => ({ status: 404, code: 404, message });
const never = (message: string) => ({ status: 400, code: 400, message });

const refusals: Partial<Record<ErrorCode, ErrorAnswer>> = {
  'wallet.insufficient-funds': noFunds,
  'wallet.debt-outstanding': noFunds,
  'wallet.player-not-found': { status: 412, code: 101, message: 'Player is invalid' },
  'wallet.limit-exceeded': { status: 412, code: 105, message: 'Player reached a customised bet limit' },
  'wallet.stake-too-high': { status: 412, code: 106, message: 'Bet exceeded the maximum bet limit' },
  'game-sessions.game-not-found': gameForbidden,
  'game-sessions.game-not-available': gameForbidden,
  'game-sessions.session-not-found': { ...gameForbidden, message: 'The game has to be launched again' },
  'wallet.player-restricted': { status: 412, code: 110, message: 'Player is disabled' },
  'wallet.currency-mismatch': wrongCurrency,
  'wallet.wallet-not-found': wrongCurrency,
  'wallet.bet-not-found': notYet('The bet of this win is not known yet'),
  'wallet.original-not-found': notYet('The original action is not known yet'),
  'wallet.movement-conflict': never('The action id was used with other data'),
  'wallet.bet-already-rolled-back': never('The bet of this win was rolled back'),
  'wallet.original-settled': never('The original action is settled'),
  'wallet.round-closed': never('The round is finished'),
  'wallet.amount-out-of-range': never('The amount is out of range'),
};

const unauthenticated = { status: 403, code: 403, message: 'X-REQUEST-SIGN does not match the body' };
const fault = { status: 500, code: 500, message: 'Temporarily not available' };

export function answerSoftswiss(outcome: Outcome, command?: ProviderCommand): DialectAnswer {
  switch (outcome.kind) {
    case 'posted':
      return success(outcome.posted.balance, command, transactions(outcome.posted));
    case 'balance':
      return success(outcome.balance, command, []);
    case 'refused':
      return refused(outcome, command);
    case 'malformed':
      return failure(never(`Bad request: ${outcome.detail}`));
    case 'unauthenticated':
      return failure(unauthenticated);
    case 'fault':
    case 'session': // the dialect has none, so nobody asks
      return failure(fault);
  }
}

function refused(
  { code, balance, at }: Outcome & { kind: 'refused' },
  command?: ProviderCommand,
): DialectAnswer {
  // The rollback came first: the call is taken note of, nothing moves, and the empty tx_id says so.
  if (code === 'wallet.movement-tombstoned' && balance)
    return success(
      balance,
      command,
      (command?.actions ?? []).map(({ id }) => unmoved(id, at)),
    );
  return failure(refusals[code] ?? never('The request is refused'), balance);
}

function unmoved(id: string, at: string) {
  return { action_id: id, tx_id: '', processed_at: at };
}

function transactions(posted: MovementsPosted) {
  return posted.actions.map((action) => ({
    action_id: action.id,
    tx_id: action.status === 'tombstoned' ? '' : action.transactionId,
    processed_at: action.postedAt,
  }));
}

function success(balance: BalanceDto, command: ProviderCommand | undefined, list: object[]): DialectAnswer {
  return json(200, {
    balance: playable(balance),
    ...(command?.providerRoundId !== undefined && { game_id: command.providerRoundId }),
    transactions: list,
  });
}

function failure({ status, code, message }: ErrorAnswer, balance?: BalanceDto): DialectAnswer {
  return json(status, { code, message, ...(balance && { balance: playable(balance) }) });
}

/** Locked money waits for a withdrawal and cannot be played with. */
function playable(balance: BalanceDto): number {
  return balance.real + balance.bonus;
}

function json(status: number, body: object): DialectAnswer {
  return { status, contentType: 'application/json', body: JSON.stringify(body) };
}
