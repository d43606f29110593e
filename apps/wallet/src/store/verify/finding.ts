/** Something in the ledger that does not follow from the rest of it. */
export interface Finding {
  readonly check: 'accounts' | 'entries' | 'house' | 'seals' | 'checkpoints';
  /** The wallet, account, movement or checkpoint. */
  readonly where: string;
  readonly problem: string;
}

/** A short piece of a verification: what it looked at, and what is wrong with it. */
export interface Step {
  readonly checked: number;
  readonly findings: readonly Finding[];
}

export const nobody = '00000000-0000-0000-0000-000000000000';
