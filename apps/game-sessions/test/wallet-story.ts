import { randomUUID } from 'node:crypto';
import { walletEvents, type EventContract, type RoundMovementPosted } from '@baize/contracts';
import { uuidv7 } from 'uuidv7';
import { brand, gameOf } from './harness';

/** One event as the wallet would publish it. */
export interface StoryEvent {
  readonly id: string;
  readonly contract: EventContract<object>;
  readonly playerId: string;
  readonly data: object;
}

/** Tells of one player's movements in order, with a wallet sequence and a running balance. */
export class WalletStory {
  readonly playerId: string;
  readonly events: StoryEvent[] = [];
  private sequence: number;
  private balance: number;

  /** Goes on with the story of the same player, where one is given. */
  constructor(sofar?: WalletStory) {
    this.playerId = sofar?.playerId ?? randomUUID();
    this.sequence = sofar?.sequence ?? 0;
    this.balance = sofar?.balance ?? 1_000_000;
  }

  bet(roundId: string, amount: number, more: Partial<RoundMovementPosted> = {}): string {
    return this.tell(walletEvents.betPlaced, Object.assign(this.movement(roundId, -amount, false), more));
  }

  win(roundId: string, amount: number, roundClosed = false, more: Partial<RoundMovementPosted> = {}): string {
    return this.tell(
      walletEvents.winCredited,
      Object.assign(this.movement(roundId, amount, roundClosed), more),
    );
  }

  rollBack(roundId: string, originalKind: 'bet' | 'win', amount: number, referenceId: string): string {
    const effect = originalKind === 'bet' ? amount : -amount;
    const movement = Object.assign(this.movement(roundId, effect, false), { referenceId, originalKind });
    return this.tell(walletEvents.transactionRolledBack, movement);
  }

  close(roundId: string): void {
    const { playerId } = this;
    const committedAt = new Date().toISOString();
    const data = {
      playerId,
      brand,
      provider: 'softswiss',
      gameId: gameOf('softswiss').id,
      roundId,
      committedAt,
    };
    this.add(walletEvents.roundClosed, { ...data, providerRoundId: `p-${roundId}` });
  }

  private tell(contract: EventContract<object>, movement: RoundMovementPosted): string {
    this.add(contract, movement);
    return movement.transactionId;
  }

  private add(contract: EventContract<object>, data: object): void {
    this.events.push({ id: uuidv7(), contract, playerId: this.playerId, data });
  }

  private movement(roundId: string, amount: number, roundClosed: boolean): RoundMovementPosted {
    const balanceBefore = this.balance;
    this.balance += amount;
    return {
      transactionId: randomUUID(),
      walletSequence: ++this.sequence,
      playerId: this.playerId,
      brand,
      currency: 'EUR',
      amount,
      funds: { real: amount, bonus: 0, locked: 0 },
      balanceBefore,
      balanceAfter: this.balance,
      committedAt: new Date(Date.now() + this.sequence).toISOString(),
      provider: 'softswiss',
      providerTxId: `tx-${this.sequence}`,
      gameId: gameOf('softswiss').id,
      roundId,
      providerRoundId: `p-${roundId}`,
      roundClosed,
      receivedAt: new Date().toISOString(),
    };
  }
}
