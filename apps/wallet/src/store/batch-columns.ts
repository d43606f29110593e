import type { Instruction, MovementKey, PostingUnit, RoundRef } from '../domain/instruction';

/** The parameters of `post_batch_v1` in order, with their types. */
const parameterTypes = [
  ...['uuid'], // players
  ...['integer', 'text', 'text'], // wallets: player, brand, currency
  ...['integer', 'text', 'text', 'text', 'uuid'], // rounds: wallet, provider, game, key, new id
  ...['text', 'text', 'text', 'posting_kind', 'text'], // keys: brand, provider, scope, kind, id
  ...['integer', 'uuid', 'posting_kind', 'integer', 'integer'], // actions: unit, id, kind, wallet, round
  ...['integer', 'integer', 'integer', 'integer', 'uuid'], // key, two references, group, grant
  ...['bigint', 'bytea', 'integer', 'text'], // amount, hash, rules, award
  ...['text', 'text', 'text', 'timestamptz', 'text', 'text'], // session, actor, source, received at, trace, event
] as const;

export const postBatchSql = `SELECT * FROM post_batch_v1(${parameterTypes
  .map((type, index) => `$${index + 1}::${type}[]`)
  .join(', ')})`;

/** Positions of what was seen, from 1; each distinct thing is listed once. */
class Register<T> {
  private readonly positions = new Map<string, number>();

  constructor(private readonly add: (item: T) => void) {}

  positionOf(identity: string, item: T): number {
    const known = this.positions.get(identity);
    if (known !== undefined) return known;
    this.add(item);
    const position = this.positions.size + 1;
    this.positions.set(identity, position);
    return position;
  }
}

// No identifier holds this character: the edges refuse control characters.
const separator = '\u001f';

type Value = string | number | bigint | undefined;

/**
 * Lays units out as the parallel arrays of `post_batch_v1`, as array literals: the driver's own array encoding
 * costs several times as much.
 */
export function encodeBatch(units: readonly PostingUnit[]): string[] {
  const columns: string[][] = parameterTypes.map(() => []);
  const push = (first: number, values: readonly Value[]) => {
    for (let index = 0; index < values.length; index += 1)
      columns[first + index]!.push(literal(values[index]));
  };
  const players = new Register<string>((id) => push(0, [id]));
  const wallets = new Register<{ unit: PostingUnit; player: number }>(({ unit, player }) =>
    push(1, [player, unit.brand, unit.currency]),
  );
  const rounds = new Register<{ wallet: number; round: RoundRef }>(({ wallet, round }) =>
    push(4, [wallet, round.provider, round.gameId, round.providerRoundId, round.newId]),
  );
  const keys = new Register<MovementKey>((key) =>
    push(9, [key.brand, key.provider, key.scope, key.kind, key.id]),
  );
  const keyAt = (key: MovementKey | undefined) =>
    key ? keys.positionOf(identity(key.kind, key.id, key.scope, key.provider, key.brand), key) : 0;

  units.forEach((unit, index) => {
    const player = players.positionOf(unit.playerId, unit.playerId);
    const wallet = wallets.positionOf(identity(player, unit.currency, unit.brand), { unit, player });
    const roundAt = (round: RoundRef | undefined) =>
      round
        ? rounds.positionOf(identity(player, round.provider, round.gameId, round.providerRoundId), {
            wallet,
            round,
          })
        : 0;
    for (const step of unit.instructions) {
      const [first, second] = step.references;
      push(14, [
        ...[index + 1, step.id, step.kind, wallet, roundAt(step.round)],
        ...[keyAt(step.key), keyAt(first), keyAt(second), keyAt(step.group), step.grantId],
        ...[step.amount, step.hash && `\\x${step.hash}`, step.rules, step.award],
        ...[
          step.sessionId,
          step.actor,
          step.source,
          step.receivedAt,
          step.traceparent,
          eventMembers(unit, step),
        ],
      ]);
    }
  });
  return columns.map((column) => `{${column.join(',')}}`);
}

function identity(...parts: (string | number)[]): string {
  return parts.join(separator);
}

/** The members of the event that are known before posting; the function adds those that it decides. */
function eventMembers(unit: PostingUnit, instruction: Instruction): string {
  const { playerId, brand, currency } = unit;
  return JSON.stringify({ playerId, brand, currency, ...instruction.event }).slice(1, -1);
}

function literal(value: Value): string {
  if (value === undefined) return 'NULL';
  if (typeof value !== 'string') return String(value);
  // Hardly any value has something to escape, and looking is much cheaper than replacing.
  const plain = !value.includes('"') && !value.includes('\\');
  return `"${plain ? value : value.replace(/["\\]/g, '\\$&')}"`;
}
