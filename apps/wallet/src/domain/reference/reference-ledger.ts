import type { Instruction, MovementKey, PostingKind, PostingUnit } from '../instruction';
import { totalOf, type Balance, type PostedInstruction, type PostedUnit, type RefusedUnit } from '../verdict';
import { decide, type Effect } from './decide';
import {
  emptyLedger,
  keyOf,
  roundKey,
  walletKey,
  type Anchor,
  type LedgerState,
  type Movement,
  type Round,
  type Wallet,
} from './state';

const eventTypes: Partial<Record<PostingKind, string>> = {
  bet: 'bet-placed',
  win: 'win-credited',
  rollback: 'transaction-rolled-back',
  adjustment: 'balance-adjusted',
};

type ModelPosted = Omit<PostedInstruction, 'postedAt'>;
/** A verdict without times, which the model does not have. */
export type ModelVerdict =
  RefusedUnit | (Omit<PostedUnit, 'posted'> & { readonly posted: readonly ModelPosted[] });

/**
 * What the posting function must do, in plain TypeScript: no batching, no locks, one unit after the other. The
 * property tests run both over the same commands and compare every verdict and the whole state.
 */
export class ReferenceLedger {
  state: LedgerState = emptyLedger();

  post(unit: PostingUnit): ModelVerdict {
    const anchor = this.state.anchors.get(unit.playerId);
    if (anchor?.brand !== unit.brand) return { refused: 'wallet.player-not-found' };
    if (!this.balance(unit)) return { refused: 'wallet.currency-mismatch' };
    const before = structuredClone(this.state);
    const posted: ModelPosted[] = [];
    const moved: Movement[] = [];
    for (const instruction of unit.instructions) {
      const outcome = this.step(unit, instruction, moved);
      if (typeof outcome === 'string') {
        this.state = before;
        return { refused: outcome, balance: this.balance(unit) };
      }
      posted.push(outcome);
    }
    return { posted, balance: this.balance(unit)! };
  }

  private balance({ playerId, currency }: PostingUnit): Balance | undefined {
    const wallet = this.state.wallets.get(walletKey(playerId, currency));
    if (!wallet) return undefined;
    return { real: wallet.real, bonus: wallet.bonus, locked: wallet.locked, version: wallet.sequence };
  }

  private step(unit: PostingUnit, instruction: Instruction, moved: Movement[]) {
    const { state } = this;
    const anchor = state.anchors.get(unit.playerId)!;
    const wallet = state.wallets.get(walletKey(unit.playerId, unit.currency))!;
    const decision = decide(state, anchor, wallet, instruction);
    if ('refusal' in decision) return decision.refusal;
    const { id } = instruction;
    const now = (
      status: PostedInstruction['status'],
      transactionId: string,
      balanceAfter = totalOf(wallet),
    ) => ({
      status,
      transactionId,
      balanceAfter,
    });
    switch (decision.outcome) {
      case 'tombstone':
        this.keep(instruction.key!, 'tombstoned', id, instruction.hash);
        for (const reference of instruction.references) this.keep(reference, 'tombstoned', id);
        this.emit(anchor, unit.playerId, id, 'rollback-tombstoned');
        return now('tombstoned', id);
      case 'close-round': {
        decision.round.closed = true;
        if (instruction.key) this.keep(instruction.key, 'posted', id, instruction.hash);
        const last = moved[moved.length - 1];
        if (last?.roundKey !== undefined && state.rounds.get(last.roundKey) === decision.round)
          last.roundClosed = true;
        else this.emit(anchor, unit.playerId, id, 'round-closed');
        return now('posted', id);
      }
      case 'posted': {
        const movement = this.apply(wallet, instruction, decision.effect);
        moved.push(movement);
        const type = eventTypes[instruction.kind];
        if (type) this.emit(anchor, unit.playerId, id, type);
        return now('posted', id);
      }
      default: {
        const first = state.movements.get(decision.transactionId);
        return now(decision.outcome, decision.transactionId, first?.balanceAfter);
      }
    }
  }

  /** The first to take a key has it. */
  private keep(
    key: MovementKey,
    outcome: 'posted' | 'tombstoned',
    transactionId: string,
    hash?: string,
  ): void {
    if (!this.state.keys.has(keyOf(key))) this.state.keys.set(keyOf(key), { outcome, hash, transactionId });
  }

  private emit(anchor: Anchor, playerId: string, id: string, type: string): void {
    anchor.eventSequence += 1n;
    this.state.events.push({ id, type, playerId, sequence: anchor.eventSequence });
  }

  private apply(wallet: Wallet, instruction: Instruction, effect: Effect): Movement {
    const { state } = this;
    const { original, grantId } = effect;
    wallet.real += effect.real;
    wallet.bonus += effect.bonus;
    wallet.locked += effect.locked;
    wallet.sequence += 1n;
    if (original) this.applyToOriginal(instruction, effect, original);
    const key = this.applyToRound(wallet, instruction, effect);
    this.applyToLimits(wallet, instruction, effect);
    const grant = grantId === undefined ? undefined : state.grants.get(grantId);
    if (grant) grant.progress += effect.wagered;
    if (grant && instruction.kind === 'bonus-grant') {
      grant.status = 'active';
      wallet.grantId = grant.id;
    }
    this.keep(instruction.key!, 'posted', instruction.id, instruction.hash);
    if (instruction.group) this.keep(instruction.group, 'posted', instruction.id);
    const { real, bonus, locked, forfeited, wagered } = effect;
    const movement: Movement = {
      ...{
        id: instruction.id,
        playerId: wallet.playerId,
        currency: wallet.currency,
        sequence: wallet.sequence,
      },
      ...{ kind: instruction.kind, real, bonus, locked, forfeited, wagered, balanceAfter: totalOf(wallet) },
      ...{ roundKey: key, roundClosed: false, referenceId: original?.id, grantId, reversed: 0n, settled: 0 },
    };
    state.movements.set(movement.id, movement);
    return movement;
  }

  private applyToLimits(
    { playerId, currency }: Wallet,
    { kind }: Instruction,
    { amount, real, original }: Effect,
  ): void {
    if (kind !== 'bet' && kind !== 'win' && kind !== 'rollback') return;
    const wagered = kind === 'bet' ? amount : kind === 'rollback' && original?.kind === 'bet' ? -amount : 0n;
    for (const limit of this.state.limits.get(playerId) ?? []) {
      if (limit.kind !== 'stake' && limit.currency === currency) {
        limit.used += limit.kind === 'loss' ? -real : wagered;
      }
    }
  }

  private applyToOriginal(
    { id, kind }: Instruction,
    { amount, roundKey: _key }: Effect,
    original: Movement,
  ): void {
    if (kind === 'win') {
      original.settled += 1;
      return;
    }
    original.reversed += amount;
    const total = kind === 'rollback' ? abs(original.real) + abs(original.bonus) : original.locked;
    if (original.reversed < total) return;
    original.reversedBy = id;
    const bet =
      original.kind === 'win' && original.referenceId
        ? this.state.movements.get(original.referenceId)
        : undefined;
    if (bet) bet.settled -= 1;
  }

  /** @returns the key of the round that the movement belongs to */
  private applyToRound(
    wallet: Wallet,
    { kind, round: named }: Instruction,
    effect: Effect,
  ): string | undefined {
    const { amount, part, original } = effect;
    const key = kind === 'rollback' ? effect.roundKey : named && roundKey(wallet.playerId, named);
    if (key === undefined) return undefined;
    const round = this.state.rounds.get(key) ?? newRound(named!.newId, wallet.currency);
    this.state.rounds.set(key, round);
    const whole = original?.reversedBy !== undefined;
    if (kind === 'bet') {
      round.bets += 1;
      round.stakeReal += amount - part;
      round.stakeBonus += part;
      if (part > 0n) round.grantId = effect.grantId;
    } else if (kind === 'win') {
      round.wonReal += amount - part;
      round.wonBonus += part;
      if (!original) round.wins += 1;
    } else if (original?.kind === 'bet') {
      round.stakeReal -= amount - part;
      round.stakeBonus -= part;
      if (whole) round.bets -= 1;
      if (whole) round.rolledBack += 1;
    } else {
      round.wonReal -= amount - part;
      round.wonBonus -= part;
      if (whole && original.referenceId === undefined) round.wins -= 1;
    }
    return key;
  }
}

const abs = (value: bigint) => (value < 0n ? -value : value);

function newRound(id: string, currency: string): Round {
  const nothing = { stakeReal: 0n, stakeBonus: 0n, wonReal: 0n, wonBonus: 0n };
  return { id, currency, ...nothing, bets: 0, rolledBack: 0, wins: 0, closed: false };
}
