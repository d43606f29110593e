import * as fc from 'fast-check';
import type { GameAction, PostMovements } from '@baize/contracts';
import { compileMovements } from '../../src/domain/compile';
import type { Instruction, PostingKind, PostingUnit } from '../../src/domain/instruction';

/** One request as the generator draws it; small pools of ids make collisions, retries and references common. */
export type Draw =
  | {
      kind: 'game';
      player: number;
      wrongBrand: boolean;
      currency: 'EUR' | 'GBP';
      scope: 'player' | 'provider';
      round: number | undefined;
      actions: ActionDraw[];
      closeRound: boolean;
      /** Names the closing of a round, which then stands alone. */
      closeName: number | undefined;
      rules: PostMovements['rules'];
    }
  | { kind: 'money'; player: number; posting: PostingKind; id: number; amount: bigint; grant: number };

type ActionDraw = Omit<GameAction, 'id'> & { id: number };

const rarely = (weight: number) => fc.integer({ min: 0, max: 99 }).map((n) => n < weight);
const ids = fc.integer({ min: 0, max: 7 });
const amounts = fc.oneof(
  { weight: 5, arbitrary: fc.integer({ min: 0, max: 60 }) },
  { weight: 1, arbitrary: fc.constant(100) },
);

const action: fc.Arbitrary<ActionDraw> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('bet' as const),
      id: ids,
      amount: amounts,
      groupId: fc.option(groupName(), { nil: undefined, freq: 3 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('win' as const),
      id: ids,
      amount: amounts,
      reference: fc.option(reference(['bet', 'bet-group']), { nil: undefined, freq: 3 }),
      award: fc.option(fc.constantFrom('promo' as const, 'jackpot' as const), { nil: undefined, freq: 8 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('rollback' as const),
      id: ids,
      amount: fc.option(amounts, { nil: undefined, freq: 3 }),
      reference: reference(['bet', 'win', 'any', 'bet-group']),
    }),
  },
);

function groupName() {
  return fc.integer({ min: 0, max: 2 }).map((n) => `g${n}`);
}

function reference(kinds: ('bet' | 'win' | 'any' | 'bet-group')[]) {
  return fc
    .record({ kind: fc.constantFrom(...kinds), id: ids, group: groupName() })
    .map(({ kind, id, group }) => ({ kind, id: kind === 'bet-group' ? group : `m${id}` }));
}

const game: fc.Arbitrary<Draw> = fc.record({
  kind: fc.constant('game' as const),
  player: fc.integer({ min: 0, max: 4 }),
  wrongBrand: rarely(2),
  currency: rarely(4).map((other) => (other ? ('GBP' as const) : ('EUR' as const))),
  scope: rarely(15).map((wide) => (wide ? ('provider' as const) : ('player' as const))),
  round: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined, freq: 8 }),
  actions: fc.array(action, { minLength: 1, maxLength: 4, size: 'small' }),
  closeRound: rarely(15),
  closeName: fc.option(fc.integer({ min: 0, max: 1 }), { nil: undefined, freq: 3 }),
  rules: fc.record({
    unknownOriginal: fc.constantFrom('tombstone' as const, 'tombstone' as const, 'refuse' as const),
    settledOriginal: fc.constantFrom('refuse' as const, 'refuse' as const, 'allow' as const),
    winWithoutBet: fc.constantFrom('refuse' as const, 'refuse' as const, 'allow' as const),
  }),
});

const money: fc.Arbitrary<Draw> = fc.record({
  kind: fc.constant('money' as const),
  player: fc.integer({ min: 0, max: 4 }),
  posting: fc.constantFrom<PostingKind>(
    ...([
      'deposit',
      'withdrawal-reserve',
      'withdrawal-pay',
      'withdrawal-release',
      'adjustment',
      'bonus-grant',
    ] as const),
  ),
  id: fc.integer({ min: 0, max: 3 }),
  amount: fc.bigInt({ min: -40n, max: 120n }),
  grant: fc.integer({ min: 0, max: 3 }),
});

/** Batches of requests, in order; few meet a wallet without a lease. */
export const batches = fc.array(
  fc.record({
    leased: rarely(10).map((lost) => !lost),
    requests: fc.array(fc.oneof({ weight: 5, arbitrary: game }, { weight: 2, arbitrary: money }), {
      minLength: 1,
      maxLength: 12,
    }),
  }),
  { minLength: 1, maxLength: 6 },
);

/** What a run fills into the draws: its own players, so that runs do not meet in one database. */
export interface Run {
  readonly brand: string;
  readonly players: readonly string[];
  readonly grants: readonly string[];
  readonly newId: () => string;
  /** The id of a round, the same however often it is named. */
  readonly roundId: (name: string) => string;
}

const receivedAt = '2026-01-31T12:00:00.000Z';

export function toUnit(draw: Draw, run: Run): PostingUnit {
  return draw.kind === 'game' ? gameUnit(draw, run) : moneyUnit(draw, run);
}

function gameUnit(draw: Draw & { kind: 'game' }, run: Run): PostingUnit {
  const playerId = run.players[draw.player]!;
  const providerRoundId = draw.round === undefined ? undefined : `r${draw.round}`;
  const isNamed = draw.closeRound && draw.closeName !== undefined && providerRoundId !== undefined;
  const command: PostMovements = {
    ...{ brand: draw.wrongBrand ? 'other' : run.brand, provider: 'acme', playerId, currency: draw.currency },
    ...{ gameId: 'game', providerRoundId, closeRound: draw.closeRound, idScope: draw.scope },
    ...{
      closeId: isNamed ? `c${String(draw.closeName)}` : undefined,
      actions: isNamed ? [] : draw.actions.map((drawn) => ({ ...drawn, id: `m${drawn.id}` })),
      rules: draw.rules,
      receivedAt,
    },
  };
  const unit = compileMovements(command, { newId: run.newId });
  return {
    ...unit,
    instructions: unit.instructions.map((instruction) => withRoundId(instruction, playerId, run)),
  };
}

function withRoundId(instruction: Instruction, playerId: string, run: Run): Instruction {
  const { round } = instruction;
  return round
    ? { ...instruction, round: { ...round, newId: run.roundId(playerId + round.providerRoundId) } }
    : instruction;
}

function moneyUnit({ player, posting, id, amount, grant }: Draw & { kind: 'money' }, run: Run): PostingUnit {
  const playerId = run.players[player]!;
  const key = (kind: PostingKind) => ({
    brand: run.brand,
    provider: 'psp',
    scope: playerId,
    kind,
    id: `p${id}`,
  });
  const settles = posting === 'withdrawal-pay' || posting === 'withdrawal-release';
  const unsigned = amount < 0n ? -amount : amount;
  const instruction: Instruction = {
    ...{ id: run.newId(), kind: posting, key: key(posting), hash: unsigned.toString(16).padStart(64, '0') },
    references: settles ? [key('withdrawal-reserve')] : [],
    amount: posting === 'adjustment' ? amount : unsigned,
    grantId: posting === 'bonus-grant' ? run.grants[grant] : undefined,
    ...{ rules: 0, actor: 'system', receivedAt, event: { adjustmentId: `p${id}` } },
  };
  return { brand: run.brand, playerId, currency: 'EUR', instructions: [instruction] };
}
