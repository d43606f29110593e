import type { ErrorCode } from '@baize/contracts';

/** The funds of a wallet; minor units. */
export interface Balance {
  readonly real: bigint;
  readonly bonus: bigint;
  readonly locked: bigint;
  /** The wallet's transaction sequence. */
  readonly version: bigint;
}

export interface PostedInstruction {
  readonly status: 'posted' | 'replayed' | 'tombstoned';
  /** Our id of the movement; of the first one when replayed. */
  readonly transactionId: string;
  readonly postedAt: Date;
  /** The wallet's total after it, as recorded then. */
  readonly balanceAfter: bigint;
}

/** A unit that was posted, now or before. */
export interface PostedUnit {
  readonly posted: readonly PostedInstruction[];
  readonly balance: Balance;
  readonly roundId?: string;
  readonly roundClosed?: boolean;
}

/** A unit of which nothing was posted. The balance is missing when there is no such wallet. */
export interface RefusedUnit {
  readonly refused: ErrorCode;
  readonly balance?: Balance;
}

export type Verdict = PostedUnit | RefusedUnit;

export function totalOf({ real, bonus, locked }: Omit<Balance, 'version'>): bigint {
  return real + bonus + locked;
}
