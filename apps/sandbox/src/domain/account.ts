/** What the sandbox counts as a movement of a player's money; the words are those of the public account lines. */
export type MovementKind = 'bet' | 'win' | 'rollback' | 'adjustment';

/**
 * `in-doubt`: sent, no definite answer yet. `posted`: acknowledged, so it must be on the account exactly once.
 * `none`: refused, so it must not be there. `paired`: a bet and its rollback that are both there or both not, because
 * the provider's language does not tell which.
 */
export type Fate = 'in-doubt' | 'posted' | 'none' | 'paired';

export interface Movement {
  readonly kind: MovementKind;
  /** The provider's id; for adjustments a running number. */
  readonly id: string;
  readonly provider?: string;
  /** Signed effect on the balance, minor units. */
  readonly amount: bigint;
  /** Key of the bet or win that a rollback takes back. */
  readonly takesBack?: string;
}

interface Entry extends Movement {
  fate: Fate;
  /** The platform's id of it, where an answer told. */
  transactionId?: string;
}

/** Something that the platform said or did and must not have. */
export interface Difference {
  readonly kind: string;
  readonly detail: string;
}

export function keyOf(movement: Pick<Movement, 'kind' | 'id' | 'provider'>): string {
  return `${movement.provider ?? 'operator'}:${movement.kind}:${movement.id}`;
}

/** The outside party's own account of one player, from what was sent and what was definitely answered. */
export class Account {
  private readonly byKey = new Map<string, Entry>();
  private readonly noticed: Difference[] = [];
  private acknowledged = 0n;
  private open = 0;
  private knownGap = 0n;
  private blindness = 0;

  /** Sum of all that was acknowledged. */
  get balance(): bigint {
    return this.acknowledged;
  }
  /** True while an answer is missing, so that the platform's balance cannot be predicted. */
  get hasDoubt(): boolean {
    return this.open > 0;
  }
  /** Contradictions seen while playing. */
  get differences(): readonly Difference[] {
    return this.noticed;
  }
  entries(): IterableIterator<[string, Readonly<Entry>]> {
    return this.byKey.entries();
  }
  get(key: string): Readonly<Entry> | undefined {
    return this.byKey.get(key);
  }

  /** Call before sending: from here the movement may happen. Sending an acknowledged one again changes nothing. */
  sent(movement: Movement): string {
    const key = keyOf(movement);
    const known = this.byKey.get(key);
    if (known === undefined) this.byKey.set(key, { ...movement, fate: 'in-doubt' });
    else if (known.fate === 'none') known.fate = 'in-doubt';
    else return key;
    this.open++;
    return key;
  }

  posted(key: string, transactionId?: string): void {
    const entry = this.entry(key);
    if (
      transactionId !== undefined &&
      entry.transactionId !== undefined &&
      transactionId !== entry.transactionId
    )
      this.notice('replayed-differently', `${key} was ${entry.transactionId}, is now ${transactionId}`);
    entry.transactionId ??= transactionId;
    if (entry.fate === 'posted') return;
    if (this.settle(entry, 'posted')) this.acknowledged += entry.amount;
  }

  refused(key: string, reason: string): void {
    const entry = this.entry(key);
    if (entry.fate === 'posted')
      this.notice('taken-back', `${key} was acknowledged, then refused: ${reason}`);
    else this.settle(entry, 'none');
  }

  /** The rollback was acknowledged in words that do not say whether the bet had been taken; both or neither are. */
  cancelledOut(betKey: string, rollbackKey: string): void {
    this.settle(this.entry(betKey), 'paired');
    this.settle(this.entry(rollbackKey), 'paired');
  }

  /** The balance that an answer showed must be ours, unless something is in doubt. One gap is noticed once. */
  sawBalance(shown: bigint, where: string): void {
    if (this.hasDoubt || this.blindness > 0) return;
    const gap = shown - this.acknowledged;
    if (gap !== this.knownGap)
      this.notice(
        'answered-balance',
        `${where} showed ${shown}, expected ${this.acknowledged + this.knownGap}`,
      );
    this.knownGap = gap;
  }

  /** While several things go on at once, an answer shows a balance somewhere between them. */
  async blindly(work: () => Promise<unknown>): Promise<void> {
    this.blindness++;
    try {
      await work();
    } finally {
      this.blindness--;
    }
  }

  notice(kind: string, detail: string): void {
    this.noticed.push({ kind, detail });
  }

  private settle(entry: Entry, fate: Fate): boolean {
    if (entry.fate !== 'in-doubt') {
      if (entry.fate !== fate)
        this.notice('contradiction', `${keyOf(entry)} was ${entry.fate}, is now said to be ${fate}`);
      return false;
    }
    entry.fate = fate;
    this.open--;
    return true;
  }

  private entry(key: string): Entry {
    const entry = this.byKey.get(key);
    if (entry === undefined) throw new Error(`${key} was never sent`);
    return entry;
  }
}
