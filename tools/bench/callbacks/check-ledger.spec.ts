import { checkLedger, type Ledger, type LedgerLine } from './check-ledger';
import type { AskedMovement } from './movements';

const opening = { balance: 1_000, sequence: 1 };

function asked(kind: 'bet' | 'win', id: string, amount: number, playerId = 'ann'): AskedMovement {
  return { playerId, kind, id, amount, acknowledged: true, transactionId: `tx-${id}` };
}

/** The ledger that posts these movements in order. */
function posted(movements: readonly AskedMovement[]): { lines: LedgerLine[]; wallets: Ledger['wallets'] } {
  const wallets = new Map([...new Set(['ann', 'bob'])].map((playerId) => [playerId, { ...opening }]));
  const lines = movements.map(({ playerId, kind, id, amount }) => {
    const wallet = wallets.get(playerId) ?? { ...opening };
    const effect = kind === 'bet' ? -amount : amount;
    wallet.sequence += 1;
    wallet.balance += effect;
    const entries = { entrySum: 0, playerEntrySum: effect, events: 1 };
    const { sequence, balance: balanceAfter } = wallet;
    return {
      transactionId: `tx-${id}`,
      playerId,
      kind,
      id,
      sequence,
      amount: effect,
      balanceAfter,
      ...entries,
    };
  });
  return { lines, wallets: [...wallets].map(([playerId, wallet]) => ({ playerId, ...wallet })) };
}

const movements = [
  asked('bet', '1', 100),
  asked('bet', '2', 100, 'bob'),
  asked('win', '3', 250),
  asked('win', '4', 0),
];

describe('checkLedger', () => {
  it('finds nothing in a ledger that agrees', () => {
    expect(checkLedger(movements, posted(movements), opening)).toEqual([]);
  });

  it('finds a lost movement', () => {
    const lost = movements.filter(({ id }) => id !== '3');
    expect(checkLedger(movements, posted(lost), opening)).toEqual([
      'win 3 was acknowledged and is not in the ledger',
    ]);
  });

  it('finds a doubled movement', () => {
    const doubled = [...movements, asked('win', '3', 250)];
    expect(checkLedger(movements, posted(doubled), opening)).toEqual(['win 3 was posted 2 times']);
  });

  it('accepts both outcomes of a call without an answer, but not two postings', () => {
    const unknown = movements.map((movement) =>
      movement.id === '3' ? { ...movement, acknowledged: undefined, transactionId: undefined } : movement,
    );
    expect(checkLedger(unknown, posted(movements), opening)).toEqual([]);
    expect(checkLedger(unknown, posted(movements.filter(({ id }) => id !== '3')), opening)).toEqual([]);
    expect(checkLedger(unknown, posted([...movements, asked('win', '3', 250)]), opening)).toHaveLength(1);
  });

  it('finds a movement that nobody asked for', () => {
    const ledger = posted([...movements, asked('win', '5', 1)]);
    expect(checkLedger(movements, ledger, opening)).toEqual([
      'win 5 is in the ledger and was never asked for',
    ]);
  });

  it('finds a changed amount, player and id', () => {
    const changed = [asked('bet', '1', 90), asked('bet', '2', 100, 'ann'), ...movements.slice(2)];
    const findings = checkLedger(movements, posted(changed), opening);
    expect(findings).toEqual([
      'bet 1 was posted as -90 instead of -100',
      'bet 2 was posted to another player',
    ]);
    const { lines, wallets } = posted(movements);
    const renamed = lines.map((line) => (line.id === '1' ? { ...line, transactionId: 'tx-9' } : line));
    expect(checkLedger(movements, { lines: renamed, wallets }, opening)).toEqual([
      'bet 1 was acknowledged with the id of another movement',
    ]);
  });

  it.each<[Partial<LedgerLine>, string]>([
    [{ entrySum: 5 }, 'the entries of bet 2 sum to 5'],
    [{ playerEntrySum: -99 }, "the player's entries of bet 2 are -99, its amount -100"],
    [{ events: 0 }, 'bet 2 has 0 events in the outbox'],
    [{ events: 2 }, 'bet 2 has 2 events in the outbox'],
    [{ balanceAfter: 901 }, 'bet 2 says 901 where the balance is 900'],
  ])('finds a line with %j', (wrong, finding) => {
    const { lines, wallets } = posted(movements);
    const spoilt = lines.map((line) => (line.id === '2' ? { ...line, ...wrong } : line));
    expect(checkLedger(movements, { lines: spoilt, wallets }, opening)).toEqual([finding]);
  });

  it('finds a gap in a sequence, and a wallet that does not follow from its lines', () => {
    const { lines, wallets } = posted(movements);
    const gap = lines.map((line) => (line.id === '2' ? { ...line, sequence: 3 } : line));
    expect(checkLedger(movements, { lines: gap, wallets }, opening)).toEqual([
      'wallet bob has sequence 3 where 2 follows',
      'wallet bob is at 2, its lines at 3',
    ]);
    const robbed = wallets.map((wallet) => ({ ...wallet, balance: wallet.balance - 1 }));
    expect(checkLedger(movements, { lines, wallets: robbed }, opening)).toHaveLength(2);
  });

  it('says how many findings it left out', () => {
    const many = Array.from({ length: 30 }, (_none, index) => asked('win', `many-${index}`, 1));
    const findings = checkLedger(many, posted([]), opening);
    expect(findings).toHaveLength(21);
    expect(findings.at(-1)).toBe('... and 10 more findings');
  });
});
