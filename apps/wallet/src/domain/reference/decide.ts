import type { ErrorCode } from '@baize/contracts';
import { restriction, rule, type Instruction } from '../instruction';
import {
  grantFate,
  keyOf,
  roundKey,
  type Anchor,
  type Grant,
  type LedgerState,
  type Movement,
  type Round,
  type Wallet,
} from './state';

/** What an instruction does to the ledger. Amounts are minor units, signed as they change the wallet. */
export interface Effect {
  real: bigint;
  bonus: bigint;
  locked: bigint;
  /** Kept by the house because the grant is gone. */
  forfeited: bigint;
  /** Progress given to the grant. */
  wagered: bigint;
  /** Size of the movement and how much of it is a grant's; both unsigned. */
  amount: bigint;
  part: bigint;
  grantId?: string;
  original?: Movement;
  roundKey?: string;
  round?: Round;
}

export type Decision =
  | { readonly refusal: ErrorCode }
  /** Known already, or nothing to reverse: no effect. */
  | { readonly outcome: 'replayed' | 'tombstoned'; readonly transactionId: string }
  | { readonly outcome: 'tombstone' }
  | { readonly outcome: 'close-round'; readonly round: Round }
  | { readonly outcome: 'posted'; readonly effect: Effect };

interface Scene {
  readonly state: LedgerState;
  readonly anchor: Anchor;
  readonly wallet: Wallet;
  readonly instruction: Instruction;
  readonly original?: Movement;
  readonly tombstone?: string;
  readonly round?: Round;
}

const refusal = (code: ErrorCode): Decision => ({ refusal: code });
const posted = (scene: Scene, effect: Partial<Effect>): Decision => ({
  outcome: 'posted',
  effect: {
    ...{ real: 0n, bonus: 0n, locked: 0n, forfeited: 0n, wagered: 0n, amount: 0n, part: 0n },
    original: scene.original,
    round: scene.round,
    roundKey: scene.instruction.round && roundKey(scene.wallet.playerId, scene.instruction.round),
    ...effect,
  },
});
const has = ({ instruction }: Scene, bit: number) => (instruction.rules & bit) !== 0;
const abs = (value: bigint) => (value < 0n ? -value : value);
const grantOf = ({ state }: Scene, id: string | undefined): Grant | undefined =>
  id === undefined ? undefined : state.grants.get(id);

/** Decides one instruction against the ledger as it stands; changes nothing. */
export function decide(
  state: LedgerState,
  anchor: Anchor,
  wallet: Wallet,
  instruction: Instruction,
): Decision {
  const known = instruction.key && state.keys.get(keyOf(instruction.key));
  if (known) {
    if (known.hash === undefined) return refusal('wallet.movement-tombstoned');
    if (known.hash !== instruction.hash) return refusal('wallet.movement-conflict');
    const outcome = known.outcome === 'posted' ? 'replayed' : 'tombstoned';
    return { outcome, transactionId: known.transactionId };
  }
  const references = instruction.references.map((key) => state.keys.get(keyOf(key)));
  const found = references.find((reference) => reference?.outcome === 'posted');
  const original = found && state.movements.get(found.transactionId);
  if (original && original.playerId !== wallet.playerId) return refusal('wallet.movement-conflict');
  if (original && original.currency !== wallet.currency) return refusal('wallet.currency-mismatch');
  const tombstone = references.findLast((reference) => reference?.outcome === 'tombstoned')?.transactionId;
  const round = instruction.round && state.rounds.get(roundKey(wallet.playerId, instruction.round));
  return deciders[instruction.kind]({ state, anchor, wallet, instruction, original, tombstone, round });
}

const deciders: Record<Instruction['kind'], (scene: Scene) => Decision> = {
  bet: decideBet,
  win: decideWin,
  rollback: decideRollback,
  deposit: (scene) => posted(scene, { real: scene.instruction.amount! }),
  adjustment: ({ ...scene }) => {
    const amount = scene.instruction.amount!;
    if (amount < 0n && scene.wallet.real + amount < 0n) return refusal('wallet.insufficient-funds');
    return posted(scene, { real: amount });
  },
  'withdrawal-reserve': (scene) => {
    const amount = scene.instruction.amount!;
    if (scene.wallet.real < amount) return refusal('wallet.insufficient-funds');
    return posted(scene, { real: -amount, locked: amount });
  },
  'withdrawal-pay': (scene) => decideReservation(scene, () => 0n),
  'withdrawal-release': (scene) => decideReservation(scene, (locked) => locked),
  'bonus-grant': decideGrant,
  'close-round': ({ round }) => {
    if (!round) return refusal('wallet.bet-not-found');
    return round.closed
      ? { outcome: 'replayed', transactionId: round.id }
      : { outcome: 'close-round', round };
  },
  'bet-group': () => refusal('request.invalid'),
};

function decideBet(scene: Scene): Decision {
  const { state, anchor, wallet, instruction, round } = scene;
  const group = instruction.group && state.keys.get(keyOf(instruction.group));
  if (!state.leased) return refusal('wallet.fence-unavailable');
  if (anchor.restrictions & restriction.noBets) return refusal('wallet.player-restricted');
  if (group?.outcome === 'tombstoned') return refusal('wallet.movement-tombstoned');
  if (round?.closed) return refusal('wallet.round-closed');
  if (round && round.currency !== wallet.currency) return refusal('wallet.currency-mismatch');
  if (wallet.real < 0n) return refusal('wallet.debt-outstanding');
  const amount = instruction.amount!;
  const grant = grantOf(scene, wallet.grantId);
  const usable = grant !== undefined && grantFate(grant) === 'bonus';
  // Real money first, then the bonus of the active grant.
  const part = amount > wallet.real ? amount - wallet.real : 0n;
  if (part > 0n && (!usable || part > wallet.bonus)) return refusal('wallet.insufficient-funds');
  if (grant?.maxStake !== undefined && part > grant.maxStake) return refusal('wallet.stake-too-high');
  if (amount > 0n && exceedsLimit(scene, amount, amount - part)) return refusal('wallet.limit-exceeded');
  return posted(scene, {
    amount,
    part,
    real: part - amount,
    bonus: -part,
    wagered: usable ? amount * grant.weightBasisPoints : 0n,
    grantId: usable ? grant.id : undefined,
  });
}

/** Wagers count the stake, losses its real money; a currency that the limits are not in cannot be counted. */
function exceedsLimit({ state, wallet }: Scene, stake: bigint, real: bigint): boolean {
  const limits = state.limits.get(wallet.playerId) ?? [];
  return limits.some(({ kind, currency, amount, used }) => {
    const wanted = kind === 'stake' ? stake : used + (kind === 'wager' ? stake : real);
    return currency !== wallet.currency || wanted > amount;
  });
}

function decideWin(scene: Scene): Decision {
  const { wallet, instruction, original, tombstone, round } = scene;
  if (round && round.currency !== wallet.currency) return refusal('wallet.currency-mismatch');
  if (instruction.award === undefined) {
    const named = instruction.references.length > 0;
    const reversed = named
      ? tombstone !== undefined || original?.reversedBy !== undefined
      : round !== undefined && round.bets === 0 && round.rolledBack > 0;
    if (reversed) return refusal('wallet.bet-already-rolled-back');
    const missing = named ? !original : !round || round.bets === 0;
    if (missing && !has(scene, rule.payWithoutBet)) return refusal('wallet.bet-not-found');
  }
  const amount = instruction.amount!;
  const bonusStake = round?.stakeBonus ?? 0n;
  const part = bonusStake > 0n ? (amount * bonusStake) / (round!.stakeReal + bonusStake) : 0n;
  const grantId = bonusStake > 0n ? round!.grantId : undefined;
  return posted(scene, { amount, part, grantId, ...creditOf(scene, amount, part, grantId) });
}

/** A grant's share goes where the grant's state sends it. */
function creditOf(scene: Scene, amount: bigint, part: bigint, grantId: string | undefined) {
  const fate = grantFate(grantOf(scene, grantId));
  return {
    real: amount - part + (fate === 'real' ? part : 0n),
    bonus: fate === 'bonus' ? part : 0n,
    forfeited: fate === 'forfeited' ? part : 0n,
  };
}

function decideRollback(scene: Scene): Decision {
  const { state, wallet, instruction, original, tombstone } = scene;
  if (!original) {
    if (tombstone !== undefined) return { outcome: 'tombstoned', transactionId: tombstone };
    return has(scene, rule.tombstoneUnknown)
      ? { outcome: 'tombstone' }
      : refusal('wallet.original-not-found');
  }
  if (original.reversedBy !== undefined) return { outcome: 'replayed', transactionId: original.reversedBy };
  if (original.kind !== 'bet' && original.kind !== 'win') return refusal('wallet.original-not-found');
  const round = original.roundKey === undefined ? undefined : state.rounds.get(original.roundKey);
  const settled = original.settled > 0 || (round !== undefined && (round.wins > 0 || round.closed));
  if (original.kind === 'bet' && settled && !has(scene, rule.reverseSettled))
    return refusal('wallet.original-settled');

  const total = abs(original.real) + abs(original.bonus);
  const left = total - original.reversed;
  const amount = instruction.amount !== undefined && instruction.amount < left ? instruction.amount : left;
  // Of a partial rollback the shares of what is reversed with and without it: they add up exactly.
  const share = (of: bigint, reversed: bigint) => (total === 0n ? 0n : (of * reversed) / total);
  const part =
    share(abs(original.bonus), original.reversed + amount) - share(abs(original.bonus), original.reversed);
  const wagered =
    share(original.wagered, original.reversed) - share(original.wagered, original.reversed + amount);
  const { grantId } = original;
  const common = { amount, part, wagered, grantId, round, roundKey: original.roundKey };
  if (original.kind === 'bet') return posted(scene, { ...common, ...creditOf(scene, amount, part, grantId) });
  const fate = grantFate(grantOf(scene, grantId));
  const fromBonus = fate !== 'bonus' ? 0n : part < wallet.bonus ? part : wallet.bonus;
  const gone = fate === 'forfeited' ? part : 0n;
  // What is spent already becomes a debt.
  return posted(scene, {
    ...common,
    real: -(amount - fromBonus - gone),
    bonus: -fromBonus,
    forfeited: -gone,
  });
}

function decideReservation(scene: Scene, backToReal: (locked: bigint) => bigint): Decision {
  const { original } = scene;
  if (!original) return refusal('wallet.original-not-found');
  if (original.reversedBy !== undefined) return refusal('wallet.original-settled');
  return posted(scene, {
    amount: original.locked,
    locked: -original.locked,
    real: backToReal(original.locked),
  });
}

function decideGrant(scene: Scene): Decision {
  const { state, anchor, wallet, instruction } = scene;
  if (!state.leased) return refusal('wallet.fence-unavailable');
  if (anchor.restrictions & restriction.noBonuses) return refusal('wallet.player-restricted');
  const grant = grantOf(scene, instruction.grantId);
  if (!grant || grant.playerId !== wallet.playerId || grant.currency !== wallet.currency) {
    return refusal('wallet.original-not-found');
  }
  if (grant.status !== 'reserved') return refusal('wallet.original-settled');
  const current = grantOf(scene, wallet.grantId);
  if (current && (wallet.bonus > 0n || grantFate(current) === 'bonus'))
    return refusal('wallet.movement-conflict');
  return posted(scene, { bonus: grant.amount, grantId: grant.id });
}
