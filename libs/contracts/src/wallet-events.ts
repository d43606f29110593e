import { Funds } from './common';
import { event } from './contract';
import { Count, Currency, Flag, Id, MinorUnits, Nested, OneOf, Optional, Text, Timestamp } from './fields';

/** What every posted movement says; amounts in minor units, signed as they change the wallet. */
export class MovementPosted {
  @Id() transactionId: string;
  /** The wallet's gap-free transaction sequence. */
  @Count() walletSequence: number;
  @Id() playerId: string;
  @Id() brand: string;
  @Currency() currency: string;
  @MinorUnits() amount: number;
  @Nested(() => Funds) funds: Funds;
  @MinorUnits() balanceBefore: number;
  @MinorUnits() balanceAfter: number;
  @Timestamp() committedAt: string;
}

/** A movement of a game round. */
export class RoundMovementPosted extends MovementPosted {
  @Id() provider: string;
  /** The provider's id of the movement. */
  @Id() providerTxId: string;
  @Id() gameId: string;
  @Optional() @Id() roundId?: string;
  @Optional() @Id() providerRoundId?: string;
  /** True on the movement that closed the round. */
  @Flag() roundClosed: boolean;
  @Optional() @Id() sessionId?: string;
  /** Our id of the movement this one settles or reverses. */
  @Optional() @Id() referenceId?: string;
  @Optional() @OneOf(['promo', 'jackpot', 'free-round']) award?: 'promo' | 'jackpot' | 'free-round';
  /** What the player chose, where the provider says it. */
  @Optional() @Text(1_000) choice?: string;
  @Timestamp() receivedAt: string;
  /** Hex SHA-256 of the provider's raw body. */
  @Optional() @Text(64, 64) bodySha256?: string;
}

export class TransactionRolledBack extends RoundMovementPosted {
  @OneOf(['bet', 'win']) originalKind: 'bet' | 'win';
}

/** A rollback of a movement that never arrived; the movement will be refused when it does. */
export class RollbackTombstoned {
  @Id() tombstoneId: string;
  @Id() playerId: string;
  @Id() brand: string;
  @Id() provider: string;
  @Id() providerTxId: string;
  /** The provider's id of the movement that is now refused. */
  @Id() originalId: string;
  @Optional() @Id() roundId?: string;
  @Timestamp() committedAt: string;
}

/** A round closed by a call that moved nothing. */
export class RoundClosed {
  @Id() playerId: string;
  @Id() brand: string;
  @Id() provider: string;
  @Id() gameId: string;
  @Id() roundId: string;
  @Id() providerRoundId: string;
  @Timestamp() committedAt: string;
}

export class BalanceAdjusted extends MovementPosted {
  @Id() adjustmentId: string;
}

const money = {
  transactionId: '01976f0e-8f6e-7c3a-9a53-0d6f5d1a2b3c',
  walletSequence: 42,
  playerId: '01976f0e-0000-7000-8000-000000000001',
  brand: 'demo',
  currency: 'EUR',
  committedAt: '2026-01-31T12:00:00.000Z',
};
const round = {
  provider: 'softswiss',
  gameId: '01976f0e-0000-7000-8000-00000000000a',
  roundId: '01976f0e-0000-7000-8000-0000000000aa',
  providerRoundId: '5585885013',
  roundClosed: false,
  receivedAt: '2026-01-31T11:59:59.950Z',
};
const bet = {
  ...money,
  ...round,
  providerTxId: 'bet-1',
  amount: -1000,
  funds: { real: -600, bonus: -400, locked: 0 },
  balanceBefore: 10600,
  balanceAfter: 9600,
};

export const walletEvents = {
  betPlaced: event('wallet', 'bet-placed', {
    data: RoundMovementPosted,
    consumers: ['game-sessions'],
    description: 'A stake was debited.',
    sample: bet,
  }),
  winCredited: event('wallet', 'win-credited', {
    data: RoundMovementPosted,
    consumers: ['game-sessions'],
    description: 'A win was credited; also zero wins that close a round.',
    sample: {
      ...bet,
      providerTxId: 'win-1',
      amount: 2500,
      funds: { real: 1500, bonus: 1000, locked: 0 },
      balanceBefore: 9600,
      balanceAfter: 12100,
      roundClosed: true,
    },
  }),
  transactionRolledBack: event('wallet', 'transaction-rolled-back', {
    data: TransactionRolledBack,
    consumers: ['game-sessions'],
    description: 'A bet or a win was reversed exactly as it was split.',
    sample: {
      ...bet,
      providerTxId: 'rollback-1',
      referenceId: money.transactionId,
      originalKind: 'bet' as const,
      amount: 1000,
      funds: { real: 600, bonus: 400, locked: 0 },
      balanceBefore: 9600,
      balanceAfter: 10600,
    },
  }),
  rollbackTombstoned: event('wallet', 'rollback-tombstoned', {
    data: RollbackTombstoned,
    consumers: ['game-sessions'],
    description: 'A rollback came before its bet; the bet will be refused.',
    sample: {
      tombstoneId: money.transactionId,
      playerId: money.playerId,
      brand: 'demo',
      provider: 'softswiss',
      providerTxId: 'rollback-1',
      originalId: 'bet-1',
      committedAt: money.committedAt,
    },
  }),
  roundClosed: event('wallet', 'round-closed', {
    data: RoundClosed,
    consumers: ['game-sessions'],
    description: 'A round was closed without a movement.',
    sample: {
      playerId: money.playerId,
      brand: 'demo',
      provider: 'softswiss',
      gameId: round.gameId,
      roundId: round.roundId,
      providerRoundId: round.providerRoundId,
      committedAt: money.committedAt,
    },
  }),
  balanceAdjusted: event('wallet', 'balance-adjusted', {
    data: BalanceAdjusted,
    consumers: [],
    description: 'A manual adjustment was posted.',
    sample: {
      ...money,
      adjustmentId: '01976f0e-0000-7000-8000-0000000000ad',
      amount: 5000,
      funds: { real: 5000, bonus: 0, locked: 0 },
      balanceBefore: 0,
      balanceAfter: 5000,
    },
  }),
};
