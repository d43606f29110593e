import { Actor, BalanceDto, IdempotencyKey, MoneyDto } from './common';
import { command, hint, query } from './contract';
import {
  Count,
  Currency,
  Flag,
  Id,
  ListOf,
  MinorUnits,
  Nested,
  OneOf,
  Optional,
  Text,
  Timestamp,
} from './fields';
import { TransactionDto } from './wallet';

/** Opens the player's wallet of a currency; one that is open stays as it is. */
export class OpenWallet {
  @Id() playerId: string;
  @Id() brand: string;
  @Currency() currency: string;
}
export class ListWallets {
  @Id() playerId: string;
  @Id() brand: string;
}

/** One of a player's wallets and its live balance. */
export class WalletDto extends BalanceDto {
  /** Whether requests that name no currency mean this one. */
  @Flag() isDefault: boolean;
  /** Decimal places of its minor unit: 2 for EUR, 0 for JPY, 8 for BTC. */
  @Count(18) exponent: number;
}
/** A player has one wallet a currency at most. */
export class WalletList {
  @ListOf(() => WalletDto, 250) items: WalletDto[];
}

/** Lines of one page of a statement. */
export const maxStatementLines = 1_000;

/** The account of one wallet over a period, oldest line first. */
export class GetStatement {
  @Id() playerId: string;
  @Id() brand: string;
  /** The player's default currency when left out. */
  @Optional() @Currency() currency?: string;
  /** The first moment of the period, RFC 3339 or a date (midnight UTC); 30 days before `to` when left out. */
  @Optional() @Text(40) from?: string;
  /** The first moment after the period; now when left out. */
  @Optional() @Text(40) to?: string;
  @Optional() @Count(maxStatementLines, 1) limit?: number;
  @Optional() @Text(512) cursor?: string;
  /** A player is not told who of the operator's acted, nor why. */
  @OneOf(['player', 'operator']) audience: 'player' | 'operator';
}

/** A line with all that the journal knows of its cause. */
export class StatementLine extends TransactionDto {
  @Optional() @Id() gameId?: string;
  @Optional() @Id() sessionId?: string;
  /** Who caused it, such as `provider:softswiss` or `client:operator`; to operators only. */
  @Optional() @Text(300) actor?: string;
  /** Hex SHA-256 of the call that said so, or the reason; to operators only. */
  @Optional() @Text(500) source?: string;
}

/** `openingBalance` plus the `amount` of every line of the period is `closingBalance`, whatever is posted meanwhile. */
export class Statement {
  @Currency() currency: string;
  @Timestamp() from: string;
  @Timestamp() to: string;
  /** The total before the period; the same on every page. */
  @MinorUnits() openingBalance: number;
  /** The total after the last line of the period, as of the first page. */
  @MinorUnits() closingBalance: number;
  @ListOf(() => StatementLine, maxStatementLines) items: StatementLine[];
  @Optional() @Text(512) nextCursor?: string;
}

export const houseAccounts = ['games', 'payments', 'promotions', 'adjustments', 'fees', 'jackpots'] as const;
export type HouseAccount = (typeof houseAccounts)[number];

/** An account of the house: what it is for, and with whom. */
export class HouseAccountRef {
  /**
   * `games` with a provider, `payments` with a PSP, `promotions` what bonuses cost, `adjustments` by hand, `fees` paid
   * to a PSP or provider, `jackpots` the funds of a jackpot.
   */
  @OneOf(houseAccounts) account: HouseAccount;
  /** Provider, PSP, jackpot or operator. */
  @Id() party: string;
}
export class HouseAccountDto extends HouseAccountRef {
  @Currency() currency: string;
  /** Minor units, signed so that all accounts and wallets of a currency sum to zero: stakes are above, deposits below. */
  @MinorUnits() balance: number;
}
export class ListHouseAccounts {
  @Id() brand: string;
}
export class HouseAccountList {
  @ListOf(() => HouseAccountDto, 10_000) items: HouseAccountDto[];
}

/** Moves money between two kinds of account of the house: a PSP's fee, the funding of a jackpot. No player's money moves. */
export class TransferHouseFunds {
  @Id() brand: string;
  /** More than zero. */
  @Nested(() => MoneyDto) amount: MoneyDto;
  @Nested(() => HouseAccountRef) from: HouseAccountRef;
  @Nested(() => HouseAccountRef) to: HouseAccountRef;
  @Text(500) reason: string;
  @Nested(() => Actor) actor: Actor;
  @Nested(() => IdempotencyKey) idempotency: IdempotencyKey;
}
export class HouseFundsTransferred {
  @Id() id: string;
  @Optional() @Flag() replayed?: boolean;
}

export const ledgerCommands = {
  openWallet: command('wallet', 'open-wallet', {
    request: OpenWallet,
    reply: WalletDto,
    callers: ['gateway'],
    description: "Opens a player's wallet of another currency; asked again it changes nothing.",
  }),
  transferHouseFunds: command('wallet', 'transfer-house-funds', {
    request: TransferHouseFunds,
    reply: HouseFundsTransferred,
    callers: ['gateway'],
    description: 'Moves money between two accounts of the house.',
  }),
};

export const ledgerQueries = {
  listWallets: query('wallet', 'list-wallets', {
    request: ListWallets,
    reply: WalletList,
    callers: ['gateway'],
    description: "A player's wallets, the default one first.",
  }),
  getStatement: query('wallet', 'get-statement', {
    request: GetStatement,
    reply: Statement,
    callers: ['gateway'],
    description: 'A page of the account of one wallet over a period.',
  }),
  listHouseAccounts: query('wallet', 'list-house-accounts', {
    request: ListHouseAccounts,
    reply: HouseAccountList,
    callers: ['gateway'],
    description: "Balances of the house's accounts of a brand, as of now.",
  }),
};

export const ledgerHints = {
  balanceChanged: hint('wallet', 'balance-changed', {
    listeners: ['gateway'],
    description: "Something of the player's wallets was posted; the key is the player.",
  }),
};
