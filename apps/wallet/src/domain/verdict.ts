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

/** What became of a unit. */
export type Verdict =
  | {
      readonly posted: readonly PostedInstruction[];
      readonly balance: Balance;
      readonly roundId?: string;
      readonly roundClosed?: boolean;
    }
  /** The balance is missing when there is no such wallet. */
  | { readonly refused: ErrorCode; readonly balance?: Balance };

export function totalOf({ real, bonus, locked }: Omit<Balance, 'version'>): bigint {
  return real + bonus + locked;
}
