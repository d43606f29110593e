import type { Instruction, MovementKey, PostingUnit, RoundRef } from '../domain/instruction';

/** The parameters of `post_batch_v2` in order, with their types. */
const parameterTypes = [
  ...['uuid'], // players
  ...['integer', 'text', 'text'], // wallets: player, brand, currency
  ...['integer', 'text', 'text', 'text', 'uuid'], // rounds: wallet, provider, game, key, new id
  ...['text', 'text', 'text', 'posting_kind', 'text'], // keys: brand, provider, scope, kind, id
  ...['integer', 'uuid', 'posting_kind', 'integer', 'integer'], // actions: unit, id, kind, wallet, round
  ...['integer', 'integer', 'integer', 'integer', 'uuid'], // key, two references, group, grant
  ...['bigint', 'bytea', 'integer', 'text'], // amount, hash, rules, award
  ...['text', 'text', 'text', 'timestamptz', 'text'], // session, actor, source, received at, trace
] as const;
const eventParameter = parameterTypes.length;

// Events come as lines: as an array literal every quote of their JSON would be escaped here and again read there.
export const postBatchSql = `SELECT * FROM post_batch_v2(${parameterTypes
  .map((type, index) => `$${index + 1}::${type}[]`)
  .join(', ')}, string_to_array($${eventParameter + 1}, E'\\n', ''))`;

/** Positions of what was seen, from 1; each distinct thing is added once. */
class Register {
  private readonly positions = new Map<string, number>();

  positionOf(identity: string, add: () => void): number {
    const known = this.positions.get(identity);
    if (known !== undefined) return known;
    add();
    const position = this.positions.size + 1;
    this.positions.set(identity, position);
    return position;
  }
}

// No identifier holds this character: the edges refuse control characters.
const separator = '\u001f';

/**
 * Lays units out as the parallel arrays of `post_batch_v2`, as array literals: the driver's own array encoding
 * costs several times as much.
 */
export function encodeBatch(units: readonly PostingUnit[]): string[] {
  const columns: string[][] = parameterTypes.map(() => []);
  const events: string[] = [];
  const add = (first: number, literals: readonly string[]) => {
    for (let index = 0; index < literals.length; index += 1) columns[first + index]!.push(literals[index]!);
  };
  const players = new Register();
  const wallets = new Register();
  const rounds = new Register();
  const keys = new Register();

  const keyAt = (key: MovementKey | undefined): number => {
    if (!key) return 0;
    const { brand, provider, scope, kind, id } = key;
    const identity = `${kind}${separator}${id}${separator}${scope}${separator}${provider}${separator}${brand}`;
    return keys.positionOf(identity, () =>
      add(9, [text(brand), text(provider), text(scope), kind, text(id)]),
    );
  };
  const roundAt = (round: RoundRef | undefined, player: number, wallet: number): number => {
    if (!round) return 0;
    const { provider, gameId, providerRoundId, newId } = round;
    const identity = `${player}${separator}${provider}${separator}${gameId}${separator}${providerRoundId}`;
    return rounds.positionOf(identity, () =>
      add(4, [`${wallet}`, text(provider), text(gameId), text(providerRoundId), text(newId)]),
    );
  };

  units.forEach((unit, index) => {
    const { playerId, brand, currency } = unit;
    const player = players.positionOf(playerId, () => add(0, [text(playerId)]));
    const wallet = wallets.positionOf(`${player}${separator}${currency}${separator}${brand}`, () =>
      add(1, [`${player}`, text(brand), text(currency)]),
    );
    for (const step of unit.instructions) {
      const [first, second] = step.references;
      add(14, [
        `${index + 1}`,
        text(step.id),
        step.kind,
        `${wallet}`,
        `${roundAt(step.round, player, wallet)}`,
        `${keyAt(step.key)}`,
        `${keyAt(first)}`,
        `${keyAt(second)}`,
        `${keyAt(step.group)}`,
        text(step.grantId),
        step.amount === undefined ? 'NULL' : `${step.amount}`,
        step.hash ? `"\\\\x${step.hash}"` : 'NULL',
        `${step.rules}`,
        text(step.award),
        text(step.sessionId),
        text(step.actor),
        text(step.source),
        text(step.receivedAt),
        text(step.traceparent),
      ]);
      events.push(eventMembers(unit, step));
    }
  });
  return [...columns.map((column) => `{${column.join(',')}}`), events.join('\n')];
}

/** The members of the event that are known before posting; the function adds those that it decides. */
function eventMembers({ playerId, brand, currency }: PostingUnit, { event }: Instruction): string {
  if (!event) return '';
  const known = JSON.stringify(event).slice(1, -1);
  return `${JSON.stringify({ playerId, brand, currency }).slice(1, -1)}${known && `,${known}`}`;
}

function text(value: string | undefined): string {
  if (value === undefined) return 'NULL';
  // Hardly any value has something to escape, and looking is much cheaper than replacing.
  const plain = !value.includes('"') && !value.includes('\\');
  return `"${plain ? value : value.replace(/["\\]/g, '\\$&')}"`;
}
