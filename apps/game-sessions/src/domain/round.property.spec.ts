import fc from 'fast-check';
import {
  addMovement,
  closeRound,
  interruptRound,
  openRound,
  stateOf,
  type MovementOfRound,
  type Round,
} from './round';
import { endOfInterrupted, overAfterMs, roundPolicies, timeIsUp } from './round-policy';

const openForMs = 60_000;
const times = { openForMs };
const base = {
  playerId: 'p',
  brand: 'demo',
  currency: 'EUR',
  funds: { real: 0, bonus: 0, locked: 0 },
  balanceBefore: 0,
  balanceAfter: 0,
  walletSequence: 1,
  provider: 'softswiss',
  gameId: 'g',
  roundId: 'r',
  providerRoundId: 'pr',
  receivedAt: '2026-01-31T12:00:00.000Z',
};

interface Step {
  kind: 'bet' | 'win' | 'back';
  amount: number;
  of: number;
  closes: boolean;
}

/** Bets, wins and rollbacks of movements that are there, as a wallet would post them. */
function movementsOf(steps: readonly Step[]): MovementOfRound[] {
  const told: MovementOfRound[] = [];
  const reversible: { kind: 'bet' | 'win'; amount: number }[] = [];
  for (const [at, step] of steps.entries()) {
    const original =
      step.kind === 'back' ? reversible.splice(step.of % (reversible.length || 1), 1)[0] : undefined;
    if (step.kind === 'back' && !original) continue;
    const kind = original ? ('rollback' as const) : step.kind === 'win' ? ('win' as const) : ('bet' as const);
    const effect = original
      ? (original.kind === 'bet' ? 1 : -1) * original.amount
      : (kind === 'bet' ? -1 : 1) * step.amount;
    const movement = {
      ...base,
      transactionId: `t${at}`,
      providerTxId: `x${at}`,
      amount: effect,
      roundClosed: step.closes,
      committedAt: new Date(at * 1_000).toISOString(),
    };
    if (kind === 'rollback') told.push({ kind, originalKind: original?.kind ?? 'bet', movement });
    else {
      told.push({ kind, movement });
      reversible.push({ kind, amount: step.amount });
    }
  }
  return told;
}

const steps = fc.array(
  fc.record({
    kind: fc.constantFrom('bet' as const, 'win' as const, 'back' as const),
    amount: fc.nat(1_000),
    of: fc.nat(20),
    closes: fc.boolean(),
  }),
  { minLength: 1, maxLength: 30 },
);

function play(movements: readonly MovementOfRound[]): Round | undefined {
  const [first] = movements;
  const opened = first && openRound(first.movement, times);
  return opened && movements.reduce((round, movement) => addMovement(round, movement, times), opened);
}

describe('a round', () => {
  it('sums what was staked and won and not taken back, and closes once', () => {
    fc.assert(
      fc.property(steps, (given) => {
        const movements = movementsOf(given);
        const round = play(movements);
        if (!round) return;
        const sum = (wanted: (action: MovementOfRound) => boolean) =>
          movements.filter(wanted).reduce((total, { movement }) => total + movement.amount, 0);
        const concerns = (action: MovementOfRound) =>
          action.kind === 'rollback' ? action.originalKind : action.kind;
        expect(Number(round.staked)).toBe(-sum((action) => concerns(action) === 'bet') || 0);
        expect(Number(round.won)).toBe(sum((action) => concerns(action) === 'win') || 0);
        expect(round.staked).toBeGreaterThanOrEqual(0n);
        expect(round.won).toBeGreaterThanOrEqual(0n);
        const closing = movements.find(({ movement }) => movement.roundClosed);
        expect(round.closedAt).toBe(closing?.movement.committedAt);
        const live = round.bets - round.betsRolledBack;
        const expected = round.bets > 0 && live === 0 ? 'voided' : closing ? 'closed' : 'open';
        expect(stateOf(round)).toBe(expected);
      }),
    );
  });

  it('stays closed at the first close, and takes late wins', () => {
    const [bet] = movementsOf([{ kind: 'bet', amount: 10, of: 0, closes: false }]);
    const round = bet && play([bet]);
    if (!round) throw new Error('no round');
    const closed = closeRound(closeRound(round, '2026-01-31T12:00:01.000Z'), '2026-01-31T12:00:02.000Z');
    expect(closed.closedAt).toBe('2026-01-31T12:00:01.000Z');
    expect(round.closed).toBe(false);
  });

  it('is due when it was open for as long as its policy says, and when it was interrupted as long again', () => {
    const [bet, win] = movementsOf([
      { kind: 'bet', amount: 10, of: 0, closes: false },
      { kind: 'win', amount: 10, of: 0, closes: false },
    ]);
    const round = bet && play([bet]);
    if (!round || !win) throw new Error('no round');
    expect(Date.parse(round.dueAt) - Date.parse(round.openedAt)).toBe(openForMs);
    const at = '2026-01-31T12:00:00.000Z';
    const interrupted = interruptRound(round, at, 5_000);
    expect(interrupted.dueAt).toBe('2026-01-31T12:00:05.000Z');
    const again = addMovement(interrupted, win, times);
    expect(Date.parse(again.dueAt) - Date.parse(win.movement.committedAt)).toBe(openForMs);
  });

  it('has its result until a stake follows, or the result is taken back', () => {
    const settled = (...kinds: Step['kind'][]) => {
      const round = play(movementsOf(kinds.map((kind) => ({ kind, amount: 10, of: 1, closes: false }))));
      return round?.settledAt;
    };
    expect(settled('bet')).toBeUndefined();
    expect(settled('bet', 'win')).toBe('1970-01-01T00:00:01.000Z');
    expect(settled('bet', 'win', 'bet')).toBeUndefined();
    expect(settled('bet', 'win', 'back')).toBeUndefined();
    expect(settled('bet', 'bet', 'back', 'win')).toBe('1970-01-01T00:00:03.000Z');
  });

  it('is over by its results where no call says so, and else looked at by people', () => {
    const [bet, win] = movementsOf([
      { kind: 'bet', amount: 10, of: 0, closes: false },
      { kind: 'win', amount: 10, of: 0, closes: false },
    ]);
    const byResults = { ...roundPolicies.live, overAfterMs };
    const opened = openRound(bet!.movement, byResults)!;
    const staked = addMovement(opened, bet!, byResults);
    expect(Date.parse(staked.dueAt) - Date.parse(bet!.movement.committedAt)).toBe(byResults.openForMs);
    const settled = addMovement(staked, win!, byResults);
    expect(Date.parse(settled.dueAt) - Date.parse(win!.movement.committedAt)).toBe(overAfterMs);
    const at = '2026-01-31T12:00:00.000Z';
    expect(timeIsUp(settled, at, byResults)).toMatchObject({ closed: true, closedAt: settled.settledAt });
    for (const [round, policy] of [
      [staked, byResults],
      [settled, roundPolicies.live],
    ] as const)
      expect(timeIsUp(round, at, policy)).toMatchObject({ closed: false, interruptedAt: at });
    expect([endOfInterrupted(staked), endOfInterrupted(settled)]).toEqual(['void', 'settle']);
  });

  it('is not opened by an award outside any round', () => {
    const [win] = movementsOf([{ kind: 'win', amount: 10, of: 0, closes: false }]);
    if (!win) throw new Error('no win');
    const { roundId: _roundId, ...outside } = win.movement as typeof win.movement & { roundId?: string };
    expect(openRound(Object.assign({}, outside), times)).toBeUndefined();
  });
});
