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

/** Compiles a provider's call to instructions: one per action, then one that closes the round. */
export function compileMovements(command: PostMovements, context: CompileContext): PostingUnit {
  const { brand, playerId, currency, providerRoundId } = command;
  const round: RoundRef | undefined =
    providerRoundId === undefined
      ? undefined
      : { provider: command.provider, gameId: command.gameId, providerRoundId, newId: context.newId() };
  const rules =
    (command.rules.unknownOriginal === 'tombstone' ? rule.tombstoneUnknown : 0) |
    (command.rules.settledOriginal === 'allow' ? rule.reverseSettled : 0) |
    (command.rules.winWithoutBet === 'allow' ? rule.payWithoutBet : 0);
  const common = {
    round,
    rules,
    sessionId: command.sessionId,
    actor: `provider:${command.provider}`,
    source: command.bodySha256,
    receivedAt: command.receivedAt,
    traceparent: context.traceparent,
  };
  const instructions: Instruction[] = command.actions.map((action) => ({
    ...common,
    ...compileAction(command, action),
    id: context.newId(),
  }));
  if (command.closeRound && round) {
    instructions.push({ ...common, id: context.newId(), kind: 'close-round', references: [], event: {} });
  }
  return { brand, playerId, currency, instructions };
}

function compileAction(command: PostMovements, action: GameAction) {
  const key = (kind: PostingKind, id: string): MovementKey => ({
    brand: command.brand,
    provider: command.provider,
    scope: command.idScope === 'player' ? command.playerId : '',
    kind,
    id,
  });
  const { reference, groupId } = action;
  return {
    kind: action.kind,
    key: key(action.kind, action.id),
    hash: requestHash({
      player: command.playerId,
      currency: command.currency,
      amount: action.amount,
      game: command.gameId,
      round: command.providerRoundId,
      reference: reference && `${reference.kind}:${reference.id}`,
    }),
    references: reference ? referenceKinds[reference.kind].map((kind) => key(kind, reference.id)) : [],
    group: groupId === undefined || action.kind !== 'bet' ? undefined : key('bet-group', groupId),
    amount: action.amount === undefined ? undefined : BigInt(action.amount),
    award: action.award,
    event: {
      provider: command.provider,
      providerTxId: action.id,
      gameId: command.gameId,
      providerRoundId: command.providerRoundId,
      sessionId: command.sessionId,
      award: action.award,
      receivedAt: command.receivedAt,
      bodySha256: command.bodySha256,
    },
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
