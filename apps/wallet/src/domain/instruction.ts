/** What the ledger knows; `bet-group` and `close-round` are never transactions of their own. */
export type PostingKind =
  | 'bet'
  | 'bet-group'
  | 'win'
  | 'rollback'
  | 'deposit'
  | 'withdrawal-reserve'
  | 'withdrawal-pay'
  | 'withdrawal-release'
  | 'adjustment'
  | 'bonus-grant'
  | 'close-round';

/** What the journal knows: also what takes a payment back, which is posted beside the function. */
export type JournalKind = PostingKind | 'deposit-reversal' | 'withdrawal-return';

/** The dialect's answers to the edge cases that the ledger decides, as bits of one integer. */
export const rule = {
  /** Remember a rollback of a movement never seen, and refuse the movement when it comes. */
  tombstoneUnknown: 1,
  /** Reverse a bet although its round has a win or is closed. */
  reverseSettled: 2,
  /** Credit a win although its round has no live bet. */
  payWithoutBet: 4,
} as const;

/** Bits of the anchor's restrictions. */
export const restriction = {
  noBets: 1,
  noDeposits: 2,
  noBonuses: 4,
  /** Not a restriction: the player has limits that postings count. */
  hasLimits: 65_536,
} as const;

/** The identity of a movement. */
export interface MovementKey {
  readonly brand: string;
  readonly provider: string;
  /** The player where ids are unique per player only, else empty. */
  readonly scope: string;
  readonly kind: PostingKind;
  readonly id: string;
}

export interface RoundRef {
  readonly provider: string;
  readonly gameId: string;
  readonly providerRoundId: string;
  /** Our id of the round, used when it is new. */
  readonly newId: string;
}

/** One step of the posting function: everything it needs to decide, nothing of the dialect. */
export interface Instruction {
  /** Our id of the movement, also of its event. */
  readonly id: string;
  readonly kind: PostingKind;
  /** Absent on a `close-round` whose caller does not mind who closes. */
  readonly key?: MovementKey;
  /** Hex SHA-256 of the normalised money fields. */
  readonly hash?: string;
  /** At most two; the first that was posted is the original. */
  readonly references: readonly MovementKey[];
  /** The group that this bet opens. */
  readonly group?: MovementKey;
  readonly round?: RoundRef;
  readonly grantId?: string;
  /** Minor units; signed on an adjustment; absent when the original says it. */
  readonly amount?: bigint;
  readonly rules: number;
  readonly award?: string;
  readonly sessionId?: string;
  readonly actor: string;
  /** Digest of the provider's body, or a reason. */
  readonly source?: string;
  readonly receivedAt: string;
  /** What the event says beyond the money; absent when the function knows all of it. */
  readonly event?: Readonly<Record<string, string | undefined>>;
  readonly traceparent?: string;
}

/** What one request asks of one wallet: posted whole or not at all. */
export interface PostingUnit {
  readonly brand: string;
  readonly playerId: string;
  readonly currency: string;
  readonly instructions: readonly Instruction[];
}

/** A unit that takes money from the player: it may be late, and it waits behind settlement. */
export function isStake(unit: PostingUnit): boolean {
  return unit.instructions.some(({ kind }) => kind === 'bet');
}
