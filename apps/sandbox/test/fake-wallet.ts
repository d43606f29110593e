import type { AccountLine } from '../src/domain/compare';

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
export type FakeLine = Mutable<AccountLine> & { amount: bigint };

export type FakeResult =
  | { kind: 'posted' | 'replayed'; line: FakeLine }
  | { kind: 'tombstoned' }
  | { kind: 'refused'; why: 'funds' | 'excluded' | 'not-found' | 'settled' | 'conflict' | 'tombstone' };

export interface FakeMovement {
  readonly kind: 'bet' | 'win' | 'rollback';
  readonly provider: string;
  readonly id: string;
  readonly amount: bigint;
  readonly round: string;
  /** The bet of a win where the dialect names it, the original of a rollback. */
  readonly betId?: string;
  readonly award?: boolean;
}

/** One player's money as the platform should keep it; the smallest thing that answers every case the sandbox makes. */
export class FakeWallet {
  readonly lines: FakeLine[] = [];
  excluded = false;
  private readonly tombstones = new Set<string>();
  private readonly undone = new Set<string>();
  private readonly won = new Set<string>();
  private readonly rounds = new Map<string, string>();
  private readonly amounts = new Map<string, bigint>();

  /** @param all the wallets whose movements are taken for this one's */
  constructor(private readonly all?: ReadonlyMap<string, FakeWallet>) {}

  get balance(): bigint {
    return this.lines.at(-1)?.balanceAfter ?? 0n;
  }

  adjust(amount: bigint): void {
    this.append('adjustment', amount, {});
  }

  /** All of them or none. */
  post(movements: readonly FakeMovement[]): FakeResult[] {
    const undo = this.snapshot();
    const results: FakeResult[] = [];
    for (const movement of movements) {
      const result = this.one(movement);
      results.push(result);
      if (result.kind !== 'refused') continue;
      undo();
      return [result];
    }
    return results;
  }

  private one(movement: FakeMovement): FakeResult {
    const key = `${movement.provider}:${movement.kind}:${movement.id}`;
    const other = [...(this.all?.values() ?? [])].find((wallet) => wallet !== this && wallet.line(key));
    if (other) return other.one(movement);
    const known = this.line(key);
    if (known) {
      const same = movement.kind === 'rollback' || this.amounts.get(key) === movement.amount;
      return same ? { kind: 'replayed', line: known } : { kind: 'refused', why: 'conflict' };
    }
    if (movement.kind === 'bet') return this.bet(movement, key);
    return movement.kind === 'win' ? this.win(movement, key) : this.rollback(movement, key);
  }

  private bet(movement: FakeMovement, key: string): FakeResult {
    if (this.tombstones.has(key)) return { kind: 'refused', why: 'tombstone' };
    if (this.excluded) return { kind: 'refused', why: 'excluded' };
    if (movement.amount > this.balance) return { kind: 'refused', why: 'funds' };
    return this.write(movement, key, -movement.amount);
  }

  private win(movement: FakeMovement, key: string): FakeResult {
    const bets = [...this.rounds].filter(
      ([bet, round]) =>
        round === `${movement.provider}:${movement.round}` &&
        (movement.betId === undefined || bet === `${movement.provider}:bet:${movement.betId}`),
    );
    if (!movement.award) {
      if (bets.length === 0) return { kind: 'refused', why: 'not-found' };
      if (bets.every(([bet]) => this.undone.has(bet))) return { kind: 'refused', why: 'settled' };
      for (const [bet] of bets) this.won.add(bet);
    }
    return this.write(movement, key, movement.amount);
  }

  private rollback(movement: FakeMovement, key: string): FakeResult {
    const betKey = `${movement.provider}:bet:${movement.betId ?? ''}`;
    const bet = this.line(betKey);
    const win = this.line(`${movement.provider}:win:${movement.betId ?? ''}`);
    if (win) return this.write(movement, key, -win.amount, win.id);
    if (!bet) {
      this.tombstones.add(betKey);
      return { kind: 'tombstoned' };
    }
    if (this.won.has(betKey)) return { kind: 'refused', why: 'settled' };
    this.undone.add(betKey);
    return this.write(movement, key, -bet.amount, bet.id);
  }

  /** What an operator does with a round that its provider has lost. */
  voidRound(providerRound: string): void {
    for (const [betKey, round] of this.rounds) {
      const bet = this.line(betKey);
      if (round !== providerRound || !bet || this.undone.has(betKey)) continue;
      this.undone.add(betKey);
      const ids = { provider: bet.provider ?? '', providerTxId: `void:${bet.id}`, referenceId: bet.id };
      this.append('rollback', -bet.amount, ids);
    }
  }

  /** The rounds of the player as the operator sees them. */
  roundsOf(): { provider: string; providerRoundId: string; state: string; actions: object[] }[] {
    const shown = new Map<string, { betKeys: string[] }>();
    for (const [betKey, round] of this.rounds) {
      const known = shown.get(round) ?? { betKeys: [] };
      known.betKeys.push(betKey);
      shown.set(round, known);
    }
    return [...shown].map(([round, { betKeys }]) => {
      const [provider = '', ...rest] = round.split(':');
      const actions = betKeys.flatMap((betKey) => {
        const bet = this.line(betKey);
        return bet ? [{ transactionId: bet.id, kind: 'bet', providerTxId: bet.providerTxId }] : [];
      });
      const state = betKeys.every((betKey) => this.undone.has(betKey)) ? 'voided' : 'open';
      return { provider, providerRoundId: rest.join(':'), state, actions };
    });
  }

  private write(movement: FakeMovement, key: string, effect: bigint, referenceId?: string): FakeResult {
    this.amounts.set(key, movement.amount);
    if (movement.kind === 'bet') this.rounds.set(key, `${movement.provider}:${movement.round}`);
    const { provider, id } = movement;
    const line = this.append(movement.kind, effect, {
      provider,
      providerTxId: id,
      ...(referenceId && { referenceId }),
    });
    return { kind: 'posted', line };
  }

  private append(kind: string, amount: bigint, more: Partial<FakeLine>): FakeLine {
    const sequence = this.lines.length + 1;
    const line: FakeLine = {
      id: `tx-${sequence}`,
      sequence,
      kind,
      amount,
      funds: amount,
      balanceAfter: this.balance + amount,
      ...more,
    };
    this.lines.push(line);
    return line;
  }

  private line(key: string): FakeLine | undefined {
    return this.lines.find(
      (line) => `${line.provider ?? ''}:${line.kind}:${line.providerTxId ?? ''}` === key,
    );
  }

  private snapshot(): () => void {
    const count = this.lines.length;
    const won = [...this.won];
    const undone = [...this.undone];
    return () => {
      this.lines.length = count;
      for (const set of [this.won, this.undone]) set.clear();
      won.forEach((bet) => this.won.add(bet));
      undone.forEach((bet) => this.undone.add(bet));
    };
  }
}
