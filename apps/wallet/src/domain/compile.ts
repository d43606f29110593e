import { hash } from 'node:crypto';
import type { GameAction, PostMovements } from '@baize/contracts';
import {
  rule,
  type Instruction,
  type MovementKey,
  type PostingKind,
  type PostingUnit,
  type RoundRef,
} from './instruction';

/** What a command does not say: fresh ids and the trace it came with. */
export interface CompileContext {
  readonly newId: () => string;
  readonly traceparent?: string;
}

/** The fields that make two requests with one id the same request. Absent ones are left out. */
export interface MoneyFields {
  readonly player: string;
  readonly currency: string;
  readonly amount?: number;
  readonly game?: string;
  readonly round?: string;
  readonly reference?: string;
}

/** Hex SHA-256 over the normalised money fields; never over the body, whose counters differ between retries. */
export function requestHash({ player, currency, amount, game, round, reference }: MoneyFields): string {
  const normalised = JSON.stringify({ player, currency, amount, game, round, reference });
  return hash('sha256', normalised, 'hex');
}

const referenceKinds: Record<'bet' | 'win' | 'bet-group' | 'any', readonly PostingKind[]> = {
  bet: ['bet'],
  win: ['win'],
  'bet-group': ['bet-group'],
  any: ['bet', 'win'],
};

/**
 * Compiles a provider's call to instructions: one per action, then one that closes the round. Objects are written
 * out: V8 takes some 10 us for a literal as wide as these that spreads another one, without it a tenth.
 */
export function compileMovements(command: PostMovements, context: CompileContext): PostingUnit {
  const { brand, playerId, currency, provider, gameId, providerRoundId } = command;
  const round: RoundRef | undefined =
    providerRoundId === undefined ? undefined : { provider, gameId, providerRoundId, newId: context.newId() };
  const rules = rulesOf(command);
  const actor = command.actor ?? `provider:${provider}`;
  const instructions = command.actions.map((action): Instruction => ({
    id: context.newId(),
    kind: action.kind,
    key: keyOf(command, action.kind, action.id),
    hash: hashOf(command, action),
    references: referencesOf(command, action),
    group:
      action.kind === 'bet' && action.groupId !== undefined
        ? keyOf(command, 'bet-group', action.groupId)
        : undefined,
    round,
    amount: action.amount === undefined ? undefined : BigInt(action.amount),
    rules,
    award: action.award,
    sessionId: command.sessionId,
    actor,
    source: command.bodySha256,
    receivedAt: command.receivedAt,
    event: eventOf(command, action),
    traceparent: context.traceparent,
  }));
  if (command.closeRound && round) {
    const { closeId } = command;
    instructions.push({
      id: context.newId(),
      kind: 'close-round',
      key: closeId === undefined ? undefined : keyOf(command, 'close-round', closeId),
      hash: closeId === undefined ? undefined : hashOf(command, {}),
      references: [],
      round,
      rules,
      actor,
      receivedAt: command.receivedAt,
      traceparent: context.traceparent,
    });
  }
  return { brand, playerId, currency, instructions };
}

function rulesOf({ rules }: PostMovements): number {
  return (
    (rules.unknownOriginal === 'tombstone' ? rule.tombstoneUnknown : 0) |
    (rules.settledOriginal === 'allow' ? rule.reverseSettled : 0) |
    (rules.winWithoutBet === 'allow' ? rule.payWithoutBet : 0)
  );
}

function keyOf(command: PostMovements, kind: PostingKind, id: string): MovementKey {
  const { brand, provider, playerId } = command;
  return { brand, provider, scope: command.idScope === 'player' ? playerId : '', kind, id };
}

function referencesOf(command: PostMovements, { reference }: GameAction): readonly MovementKey[] {
  if (!reference) return [];
  return referenceKinds[reference.kind].map((kind) => keyOf(command, kind, reference.id));
}

function hashOf(
  command: PostMovements,
  { amount, reference, groupId }: Pick<GameAction, 'amount' | 'reference' | 'groupId'>,
): string {
  return requestHash({
    player: command.playerId,
    currency: command.currency,
    amount,
    game: command.gameAssumed ? undefined : command.gameId,
    round: command.providerRoundId,
    reference: reference ? `${reference.kind}:${reference.id}` : groupId && `bet-group:${groupId}`,
  });
}

function eventOf(command: PostMovements, { id, award, choice }: GameAction): Instruction['event'] {
  const { provider, gameId, providerRoundId, sessionId, receivedAt, bodySha256 } = command;
  return {
    provider,
    providerTxId: id,
    gameId,
    providerRoundId,
    sessionId,
    award,
    choice,
    receivedAt,
    bodySha256,
  };
}

/** A manual adjustment; its own id is its identity, so it posts once however often it is tried. */
export function compileAdjustment(
  adjustment: {
    readonly id: string;
    readonly brand: string;
    readonly playerId: string;
    readonly currency: string;
    readonly amount: bigint;
    readonly reason: string;
    readonly actor: string;
    readonly receivedAt: string;
  },
  context: CompileContext,
): PostingUnit {
  const { id, brand, playerId, currency, amount } = adjustment;
  const instruction: Instruction = {
    id: context.newId(),
    kind: 'adjustment',
    key: { brand, provider: 'operator', scope: '', kind: 'adjustment', id },
    hash: requestHash({ player: playerId, currency, amount: Number(amount) }),
    references: [],
    amount,
    rules: 0,
    actor: adjustment.actor,
    source: adjustment.reason,
    receivedAt: adjustment.receivedAt,
    event: { adjustmentId: id },
    traceparent: context.traceparent,
  };
  return { brand, playerId, currency, instructions: [instruction] };
}
