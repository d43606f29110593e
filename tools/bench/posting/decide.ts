import type { PostMovements } from '@baize/contracts';
import { requestHash } from '../../../apps/wallet/src/domain/compile';

/** What both sides without the posting function read before they decide; `bigint` as the driver gives it. */
export interface Facts {
  readonly anchor?: { readonly brand: string; readonly restrictions: number };
  readonly wallet?: { readonly real: bigint; readonly bonus: bigint; readonly grantId: string | null };
  readonly key?: { readonly hash: Buffer | null };
  readonly round?: {
    readonly currency: string;
    readonly closed: boolean;
    readonly bets: number;
    readonly rolledBack: number;
    readonly stakeReal: bigint;
    readonly stakeBonus: bigint;
  };
}

export type Outcome = { readonly replay: true } | { readonly real: bigint; readonly bonus: bigint };

export function hashOf(command: PostMovements): string {
  return requestHash({
    player: command.playerId,
    currency: command.currency,
    amount: command.actions[0]!.amount,
    game: command.gameId,
    round: command.providerRoundId,
  });
}

/** The wallet's rules for a bet and for a win, as both sides without the posting function apply them. */
export function decide(command: PostMovements, hash: string, { anchor, wallet, key, round }: Facts): Outcome {
  const { kind, amount: units } = command.actions[0]!;
  const amount = BigInt(units!);
  if (!anchor || anchor.brand !== command.brand) throw new Error('wallet.player-not-found');
  if (!wallet) throw new Error('wallet.currency-mismatch');
  if (key) {
    if (!key.hash) throw new Error('wallet.movement-tombstoned');
    if (key.hash.toString('hex') !== hash) throw new Error('wallet.movement-conflict');
    return { replay: true };
  }
  if (round && round.currency !== command.currency) throw new Error('wallet.currency-mismatch');
  if (kind === 'bet') {
    if (anchor.restrictions & 1) throw new Error('wallet.player-restricted');
    if (round?.closed) throw new Error('wallet.round-closed');
    if (wallet.real < 0n) throw new Error('wallet.debt-outstanding');
    const part = amount > wallet.real ? amount - wallet.real : 0n;
    if (part > 0n && (!wallet.grantId || part > wallet.bonus)) throw new Error('wallet.insufficient-funds');
    return { real: part - amount, bonus: -part };
  }
  if (!round || round.bets === 0) {
    throw new Error(
      round && round.rolledBack > 0 ? 'wallet.bet-already-rolled-back' : 'wallet.bet-not-found',
    );
  }
  const part =
    round.stakeBonus > 0n ? (amount * round.stakeBonus) / (round.stakeReal + round.stakeBonus) : 0n;
  return { real: amount - part, bonus: part };
}
