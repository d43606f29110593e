import { refuse, type BalanceDto, type ErrorCode, type WalletDto } from '@baize/contracts';
import { exponentOf } from '@baize/money';
import { totalOf, type Balance } from './verdict';

/** For people; what to do where something can be done. */
const details: Partial<Record<ErrorCode, string>> = {
  'wallet.player-not-found': 'There is no such player.',
  'wallet.wallet-not-found': 'The player has no wallet in this currency.',
  'wallet.insufficient-funds': 'The wallet has less than this.',
  'wallet.debt-outstanding': 'The balance is below zero: no bets until it is cleared.',
  'wallet.movement-conflict': 'The id was used for another movement.',
  'wallet.movement-tombstoned': 'It was rolled back before it came: it will never be posted.',
  'wallet.bet-not-found': 'There is no bet that this could settle. It can be tried again.',
  'wallet.bet-already-rolled-back': 'The bet was rolled back.',
  'wallet.original-not-found': 'What this refers to was never posted.',
  'wallet.original-settled': 'What this refers to is settled.',
  'wallet.round-closed': 'The round is closed.',
  'wallet.currency-mismatch': "The currency is not the wallet's.",
  'wallet.player-restricted': 'The player may not bet.',
  'wallet.limit-exceeded': 'It would exceed a limit of the player.',
  'wallet.stake-too-high': 'The bonus does not allow a stake as high.',
  'wallet.currency-not-supported': 'No wallet can be kept in this currency.',
  'wallet.payment-not-found': 'There is no such payment.',
  'wallet.payment-method-unsupported': 'No PSP takes this method, currency and amount for the player.',
  'wallet.psp-unavailable': 'The PSP does not answer at the moment; try again later.',
  'wallet.unknown-psp': 'There is no such PSP.',
  'wallet.invalid-destination': 'A bank payout needs a valid `iban`, any other a `reference`, and not both.',
  'wallet.payment-not-cancellable': 'It is too late to cancel it.',
  'wallet.cancel-not-allowed': "Withdrawals cannot be cancelled in the player's market.",
  'wallet.payment-not-in-review': 'Nobody is asked to decide on it.',
  'wallet.amount-out-of-range': 'The amount, or the balance it would make, is out of range.',
};

export function toBalanceDto(currency: string, balance: Balance): BalanceDto {
  return {
    currency,
    real: Number(balance.real),
    bonus: Number(balance.bonus),
    locked: Number(balance.locked),
    total: Number(totalOf(balance)),
    version: Number(balance.version),
  };
}

/** A wallet of a player's list, with what reads its amounts. */
export function toWalletDto(wallet: Balance & { currency: string; isDefault: boolean }): WalletDto {
  const { currency, isDefault } = wallet;
  return { ...toBalanceDto(currency, wallet), isDefault, exponent: exponentOf(currency) ?? 2 };
}

/** A refusal of the ledger; it carries the live balance where there is one, dialects show it. */
export function refusal(code: ErrorCode, currency?: string, balance?: Balance) {
  const data = balance && currency !== undefined ? { balance: toBalanceDto(currency, balance) } : undefined;
  return refuse(code, details[code] ?? 'The request was refused.', data ? { data } : {});
}
