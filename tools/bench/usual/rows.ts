import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** PostgreSQL's bigint comes as text; money is bigint here too. */
const bigintColumn = {
  type: 'bigint',
  transformer: { to: (value?: bigint) => value?.toString(), from: BigInt },
} as const;

/** A player's money in one currency; locked by every posting. */
@Entity('wallet')
export class WalletRow {
  @PrimaryColumn('uuid', { name: 'player_id' }) playerId: string;
  @PrimaryColumn('text') currency: string;
  @Column(bigintColumn) real: bigint;
  @Column(bigintColumn) bonus: bigint;
  @Column(bigintColumn) locked: bigint;
  /** Of the journal, without gaps. */
  @Column(bigintColumn) sequence: bigint;
}

/** The identity of a movement: a second one with the same key is a retry or a conflict. */
@Entity('movement_key')
export class MovementKeyRow {
  @PrimaryColumn('text') brand: string;
  @PrimaryColumn('text') provider: string;
  @PrimaryColumn('text', { name: 'id_scope' }) idScope: string;
  @PrimaryColumn('text') kind: string;
  @PrimaryColumn('text') id: string;
  @Column('bytea', { name: 'request_hash' }) requestHash: Buffer;
  @Column('uuid', { name: 'transaction_id' }) transactionId: string;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}

/** One movement of money. */
@Entity('journal')
@Index(['playerId', 'currency', 'sequence'], { unique: true })
export class JournalRow {
  @PrimaryColumn('uuid') id: string;
  @Column('uuid', { name: 'player_id' }) playerId: string;
  @Column('text') currency: string;
  @Column(bigintColumn) sequence: bigint;
  @Column('text') kind: string;
  @Column('text') brand: string;
  @Column('text') provider: string;
  @Column('text', { name: 'provider_tx_id' }) providerTxId: string;
  @Column(bigintColumn) amount: bigint;
  @Column(bigintColumn) real: bigint;
  @Column(bigintColumn) bonus: bigint;
  @Column({ ...bigintColumn, name: 'balance_after' }) balanceAfter: bigint;
  @Column('text', { name: 'game_id' }) gameId: string;
  @Column('uuid', { name: 'round_id' }) roundId: string;
  @Column('boolean', { name: 'round_closed' }) roundClosed: boolean;
  @Column('text') source: string;
  @Column('timestamptz', { name: 'received_at' }) receivedAt: Date;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}

/** Double-entry lines; they sum to zero per journal row. */
@Entity('entry')
export class EntryRow {
  @PrimaryColumn('uuid', { name: 'journal_id' }) journalId: string;
  @PrimaryColumn('text') account: string;
  @Column('uuid', { name: 'player_id' }) playerId: string;
  @Column('text') currency: string;
  @Column(bigintColumn) amount: bigint;
  @Column('timestamptz', { name: 'created_at' }) createdAt: Date;
}

/** A game round: what was staked from which money decides where a win goes. */
@Entity('round')
export class RoundRow {
  @PrimaryColumn('uuid', { name: 'player_id' }) playerId: string;
  @PrimaryColumn('text') provider: string;
  @PrimaryColumn('text', { name: 'game_id' }) gameId: string;
  @PrimaryColumn('text', { name: 'provider_round_id' }) providerRoundId: string;
  @Column('uuid') id: string;
  @Column('text') currency: string;
  @Column({ ...bigintColumn, name: 'stake_real' }) stakeReal: bigint;
  @Column({ ...bigintColumn, name: 'stake_bonus' }) stakeBonus: bigint;
  @Column({ ...bigintColumn, name: 'won_real' }) wonReal: bigint;
  @Column({ ...bigintColumn, name: 'won_bonus' }) wonBonus: bigint;
  @Column('integer') bets: number;
  @Column('boolean') closed: boolean;
}

/** Events to publish after the commit. */
@Entity('outbox')
export class OutboxRow {
  @PrimaryColumn('bigint', { generated: 'increment' }) id?: string;
  @Column('uuid', { name: 'event_id' }) eventId: string;
  @Column('text') type: string;
  @Column('text') subject: string;
  @Column('text', { name: 'partition_key' }) partitionKey: string;
  @Column(bigintColumn) sequence: bigint;
  @Column('timestamptz') time: Date;
  @Column('jsonb') data: object;
}

export const rows = [WalletRow, MovementKeyRow, JournalRow, EntryRow, RoundRow, OutboxRow];
