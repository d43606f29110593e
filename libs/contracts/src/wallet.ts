import {
  Actor,
  BalanceDto,
  Done,
  Funds,
  HealthReply,
  HealthRequest,
  IdempotencyKey,
  MoneyDto,
  PageRequest,
} from './common';
import { command, query } from './contract';
import { restrictedActions, type RestrictedAction } from './fence';
import {
  Count,
  Country,
  Currency,
  Flag,
  Id,
  ListOf,
  MinorUnits,
  Nested,
  OneOf,
  OneOfList,
  Optional,
  Text,
  Timestamp,
  UnsignedMinorUnits,
} from './fields';

export const movementKinds = [
  'deposit',
  'withdrawal',
  'bet',
  'win',
  'rollback',
  'bonus-grant',
  'bonus-convert',
  'bonus-forfeit',
  'adjustment',
] as const;
export type MovementKind = (typeof movementKinds)[number];

/** What a win or a rollback speaks of. */
export class MovementReference {
  /**
   * `bet-group` is what ties a bet to its win where the dialect names neither (evolution's `refId`); `any` is a bet
   * or a win, for dialects whose rollback does not say which (softswiss).
   */
  @OneOf(['bet', 'win', 'bet-group', 'any']) kind: 'bet' | 'win' | 'bet-group' | 'any';
  @Id() id: string;
}

/** One money movement of a round as the provider names it. */
export class GameAction {
  @OneOf(['bet', 'win', 'rollback']) kind: 'bet' | 'win' | 'rollback';
  /** The provider's id of this movement; unique within (brand, provider, idScope, kind). */
  @Id() id: string;
  /** Minor units; left out on a rollback, which moves what its original moved. */
  @Optional() @UnsignedMinorUnits() amount?: number;
  /** Required on a rollback. */
  @Optional() @Nested(() => MovementReference) reference?: MovementReference;
  /** On a bet: the group that later movements refer to. */
  @Optional() @Id() groupId?: string;
  /** A win that needs no bet: promotions, jackpots, free rounds. */
  @Optional() @OneOf(['promo', 'jackpot', 'free-round']) award?: 'promo' | 'jackpot' | 'free-round';
  /** What the player chose, where the provider says it; it is shown when the round is recalled. */
  @Optional() @Text(1_000) choice?: string;
}

/** The dialect's answers to the edge cases that the wallet decides. */
export class PostingRules {
  /** Rollback of a movement never seen: remember it (the later bet is refused) or refuse. */
  @OneOf(['tombstone', 'refuse']) unknownOriginal: 'tombstone' | 'refuse';
  /** Rollback of a bet whose round has a win or is closed. */
  @OneOf(['refuse', 'allow']) settledOriginal: 'refuse' | 'allow';
  /** A win in a round without a live bet. */
  @OneOf(['refuse', 'allow']) winWithoutBet: 'refuse' | 'allow';
}

/**
 * Posts the movements of one provider call: all of them or none, each exactly once.
 * No actions and `closeRound` closes the round alone.
 */
export class PostMovements {
  @Id() brand: string;
  @Id() provider: string;
  @Id() playerId: string;
  @Currency() currency: string;
  /** Our id of the game. */
  @Id() gameId: string;
  /**
   * The provider named neither game nor session, and the game is what the player launched last. That may be another
   * when the provider asks again, so it is no part of what makes two requests the same.
   */
  @Optional() @Flag() gameAssumed?: boolean;
  /** The provider's id of the round; left out only for awards outside any round. */
  @Optional() @Id() providerRoundId?: string;
  @Flag() closeRound: boolean;
  /**
   * With `closeRound` and no actions: our id of the closing. A round that was closed under another one, or by its
   * provider, is refused as closed; the same one again is not.
   */
  @Optional() @Id() closeId?: string;
  @Optional() @Id() sessionId?: string;
  /** `player` where the dialect's ids are unique per player only. */
  @OneOf(['player', 'provider']) idScope: 'player' | 'provider';
  @ListOf(() => GameAction, 64) actions: GameAction[];
  @Nested(() => PostingRules) rules: PostingRules;
  /** When the gateway had the whole request. */
  @Timestamp() receivedAt: string;
  /** Hex SHA-256 of the provider's raw body: leads from any posting back to what was said. */
  @Optional() @Text(64, 64) bodySha256?: string;
  /** Who else than the provider caused it, such as `client:operator`; written to the ledger. */
  @Optional() @Id() actor?: string;
  /**
   * The caller takes no new bets here, such as after the end of their session: they are answered when all of them were
   * posted before. Otherwise nothing is posted, `wallet.bet-not-found`.
   */
  @Optional() @Flag() noNewBets?: boolean;
}

export class PostedAction {
  @Id() id: string;
  @OneOf(['bet', 'win', 'rollback']) kind: 'bet' | 'win' | 'rollback';
  /** `replayed`: an exact retry, nothing moved; `tombstoned`: a rollback of a movement never seen. */
  @OneOf(['posted', 'replayed', 'tombstoned']) status: 'posted' | 'replayed' | 'tombstoned';
  /** Our id of the movement (of the original one when replayed). */
  @Id() transactionId: string;
  /** When it was committed. */
  @Timestamp() postedAt: string;
  /** The wallet's total after it, as recorded then. */
  @MinorUnits() balanceAfter: number;
}

export class MovementsPosted {
  @ListOf(() => PostedAction, 64) actions: PostedAction[];
  /** The live balance after this call. */
  @Nested(() => BalanceDto) balance: BalanceDto;
  @Optional() @Id() roundId?: string;
  @Optional() @Flag() roundClosed?: boolean;
}

/** A limit that the wallet enforces. */
export class MoneyLimit {
  @OneOf(['deposit', 'loss', 'wager', 'stake']) kind: 'deposit' | 'loss' | 'wager' | 'stake';
  /** `bet` for stakes. */
  @OneOf(['day', 'week', 'month', 'bet']) period: 'day' | 'week' | 'month' | 'bet';
  @Currency() currency: string;
  @UnsignedMinorUnits() amount: number;
}
/** All limits of a player at an epoch of them. */
export class LimitSetDto {
  @Count() epoch: number;
  /** IANA zone in which the player's days, weeks and months begin. */
  @Text(64) timeZone: string;
  @ListOf(() => MoneyLimit, 20) limits: MoneyLimit[];
}

/** Opens the player's anchor and first wallet; registration answers only after it committed. */
export class OpenPlayer {
  @Id() playerId: string;
  @Id() brand: string;
  @Currency() currency: string;
  /** The person's fence epoch at registration. */
  @Count() epoch: number;
  /** Where the player lives: payments are routed, and their rules chosen, by it. */
  @Optional() @Country() country?: string;
  /** What restrictions forbid the person at that epoch. */
  @Optional() @OneOfList(restrictedActions) forbids?: RestrictedAction[];
  /** The limits that everybody in the player's market begins with. */
  @Optional() @Nested(() => LimitSetDto) limits?: LimitSetDto;
}

export class ApplyLimits {
  @Id() playerId: string;
  @Nested(() => LimitSetDto) set: LimitSetDto;
}
export class PlayerOpened {
  @Id() playerId: string;
}

/** A signed manual adjustment of real money by a person or an operator's system. */
export class AdjustBalance {
  @Id() playerId: string;
  @Id() brand: string;
  @Nested(() => MoneyDto) amount: MoneyDto;
  @Text(500) reason: string;
  @Nested(() => Actor) actor: Actor;
  @Nested(() => IdempotencyKey) idempotency: IdempotencyKey;
}
export class ApproveAdjustment {
  @Id() adjustmentId: string;
  @Id() brand: string;
  @Nested(() => Actor) actor: Actor;
}
export class AdjustmentReply {
  @Id() id: string;
  @OneOf(['posted', 'awaiting-approval']) status: 'posted' | 'awaiting-approval';
  @Optional() @Flag() replayed?: boolean;
}

export class GetBalance {
  @Id() playerId: string;
  @Id() brand: string;
  /** The player's default currency when left out. */
  @Optional() @Currency() currency?: string;
}

export class ListTransactions extends PageRequest {
  @Id() playerId: string;
  @Id() brand: string;
  @Optional() @Currency() currency?: string;
}

/** One line of the account: see `GET /v1/players/{id}/transactions`. */
export class TransactionDto {
  @Id() id: string;
  /** Per wallet, without gaps. */
  @Count() sequence: number;
  @OneOf(movementKinds) kind: MovementKind;
  /** Signed effect on the total. */
  @MinorUnits() amount: number;
  @Currency() currency: string;
  @Nested(() => Funds) funds: Funds;
  /** The total after it. */
  @MinorUnits() balanceAfter: number;
  @Optional() @Id() provider?: string;
  @Optional() @Id() providerTxId?: string;
  @Optional() @Id() roundId?: string;
  /** Our id of what it reverses or settles. */
  @Optional() @Id() referenceId?: string;
  @Timestamp() createdAt: string;
}
export class TransactionPage {
  @ListOf(() => TransactionDto, 200) items: TransactionDto[];
  @Optional() @Text(512) nextCursor?: string;
}

export const walletCommands = {
  post: command('wallet', 'post', {
    request: PostMovements,
    reply: MovementsPosted,
    callers: ['game-sessions'],
    timeoutMs: 4_000,
    description: 'Posts the bets, wins and rollbacks of one provider call, all or none, each exactly once.',
  }),
  openPlayer: command('wallet', 'open-player', {
    request: OpenPlayer,
    reply: PlayerOpened,
    callers: ['identity'],
    description: 'Opens a player; asked again it changes nothing.',
  }),
  applyLimits: command('wallet', 'apply-limits', {
    request: ApplyLimits,
    reply: Done,
    callers: ['identity'],
    description:
      'Replaces the limits of a player; answered once postings heed them, an older epoch changes nothing.',
  }),
  adjustBalance: command('wallet', 'adjust-balance', {
    request: AdjustBalance,
    reply: AdjustmentReply,
    callers: ['gateway'],
    description: 'A manual adjustment; above the configured amount a second person approves it.',
  }),
  approveAdjustment: command('wallet', 'approve-adjustment', {
    request: ApproveAdjustment,
    reply: AdjustmentReply,
    callers: ['gateway'],
    description: 'Approves and posts an adjustment that waits for a second person.',
  }),
};

export const walletQueries = {
  getBalance: query('wallet', 'get-balance', {
    request: GetBalance,
    reply: BalanceDto,
    callers: ['gateway', 'game-sessions'],
    description: 'The live balance of one wallet.',
  }),
  listTransactions: query('wallet', 'list-transactions', {
    request: ListTransactions,
    reply: TransactionPage,
    callers: ['gateway'],
    description: 'Account lines, newest first.',
  }),
  getHealth: query('wallet', 'get-health', {
    request: HealthRequest,
    reply: HealthReply,
    callers: ['gateway'],
    timeoutMs: 1_000,
    description: 'Readiness of the wallet.',
  }),
};
