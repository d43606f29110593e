import type { MovementKey, PostingKind, RoundRef } from '../instruction';

/** The ledger's state as the reference model holds it: the same facts as the tables, as plain values. */
export interface Anchor {
  brand: string;
  restrictions: number;
  eventSequence: bigint;
}

export interface Wallet {
  playerId: string;
  currency: string;
  real: bigint;
  bonus: bigint;
  locked: bigint;
  sequence: bigint;
  grantId?: string;
}

export interface Round {
  id: string;
  currency: string;
  stakeReal: bigint;
  stakeBonus: bigint;
  grantId?: string;
  wonReal: bigint;
  wonBonus: bigint;
  bets: number;
  rolledBack: number;
  wins: number;
  closed: boolean;
}

export interface Grant {
  id: string;
  playerId: string;
  currency: string;
  amount: bigint;
  status: 'reserved' | 'active' | 'completed' | 'expired' | 'forfeited' | 'revoked';
  maxStake?: bigint;
  weightBasisPoints: bigint;
  required: bigint;
  progress: bigint;
  /** Whether its time is over: the model has no clock. */
  timeIsUp: boolean;
}

/** A limit of the player's and what is used of it; the model's windows never end, as it has no clock. */
export interface Limit {
  kind: 'loss' | 'wager' | 'stake';
  currency: string;
  amount: bigint;
  used: bigint;
}

export interface Movement {
  id: string;
  playerId: string;
  currency: string;
  sequence: bigint;
  kind: PostingKind;
  real: bigint;
  bonus: bigint;
  locked: bigint;
  forfeited: bigint;
  wagered: bigint;
  balanceAfter: bigint;
  roundKey?: string;
  roundClosed: boolean;
  referenceId?: string;
  grantId?: string;
  // What later movements did to it.
  reversed: bigint;
  reversedBy?: string;
  settled: number;
}

export interface KeyState {
  outcome: 'posted' | 'tombstoned';
  /** Absent on a tombstone left for a movement that may still come, and on a bet group. */
  hash?: string;
  transactionId: string;
}

export interface LedgerEvent {
  id: string;
  type: string;
  playerId: string;
  sequence: bigint;
}

export interface LedgerState {
  anchors: Map<string, Anchor>;
  wallets: Map<string, Wallet>;
  rounds: Map<string, Round>;
  grants: Map<string, Grant>;
  /** By player; only of players whose anchor says that they have any. */
  limits: Map<string, Limit[]>;
  /** Whether what is known of restrictions can be relied upon. */
  leased: boolean;
  keys: Map<string, KeyState>;
  movements: Map<string, Movement>;
  events: LedgerEvent[];
}

export function emptyLedger(): LedgerState {
  return {
    anchors: new Map(),
    wallets: new Map(),
    rounds: new Map(),
    grants: new Map(),
    limits: new Map(),
    leased: true,
    keys: new Map(),
    movements: new Map(),
    events: [],
  };
}

export const walletKey = (playerId: string, currency: string) => `${playerId} ${currency}`;
export const roundKey = (playerId: string, { provider, gameId, providerRoundId }: RoundRef) =>
  [playerId, provider, gameId, providerRoundId].join(' ');
export const keyOf = ({ brand, provider, scope, kind, id }: MovementKey) =>
  [brand, provider, scope, kind, id].join(' ');

/** What becomes of money that belongs to a grant. */
export function grantFate(grant: Grant | undefined): 'bonus' | 'real' | 'forfeited' {
  if (!grant) return 'forfeited';
  if (grant.status === 'active' && !grant.timeIsUp) return 'bonus';
  if (grant.status === 'completed') return 'real';
  const expired = grant.status === 'active' || grant.status === 'expired';
  return expired && grant.progress >= grant.required ? 'real' : 'forfeited';
}
