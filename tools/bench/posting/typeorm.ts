import type { PostMovements } from '@baize/contracts';
import { DataSource, EntitySchema, type EntityManager, type EntitySchemaColumnOptions } from 'typeorm';
import { uuidv7 } from 'uuidv7';
import { decide, hashOf } from './decide';
import { eventData } from './handwritten';
import { poolSize, type Post } from './workload';

const toBigInt = {
  from: (value: string | null) => (value === null ? null : BigInt(value)),
  to: (value: unknown) => value,
};
const big: EntitySchemaColumnOptions = { type: 'bigint', transformer: toBigInt };
const text: EntitySchemaColumnOptions = { type: 'text', nullable: true };
const uuid: EntitySchemaColumnOptions = { type: 'uuid', nullable: true };
const time: EntitySchemaColumnOptions = { type: 'timestamptz' };
const primary = (column: EntitySchemaColumnOptions): EntitySchemaColumnOptions => ({
  ...column,
  primary: true,
  nullable: false,
});

type Row = Record<string, unknown>;
const entity = (name: string, columns: Record<string, EntitySchemaColumnOptions>) =>
  new EntitySchema<Row>({ name, tableName: name, columns });

const anchor = entity('anchor', {
  player_id: primary(uuid),
  brand: text,
  restrictions: { type: 'integer' },
  event_sequence: big,
});
const wallet = entity('wallet', {
  player_id: primary(uuid),
  currency: primary(text),
  real: big,
  bonus: big,
  locked: big,
  sequence: big,
  grant_id: uuid,
});
const round = entity('round', {
  player_id: primary(uuid),
  provider: primary(text),
  game_id: primary(text),
  provider_round_id: primary(text),
  id: uuid,
  currency: text,
  stake_real: big,
  stake_bonus: big,
  grant_id: uuid,
  won_real: big,
  won_bonus: big,
  bets: { type: 'integer' },
  rolled_back: { type: 'integer' },
  wins: { type: 'integer' },
  closed: { type: 'boolean' },
});
const movementKey = entity('movement_key', {
  brand: primary(text),
  provider: primary(text),
  id_scope: primary(text),
  kind: primary(text),
  id: primary(text),
  outcome: text,
  request_hash: { type: 'bytea' },
  transaction_id: uuid,
  created_at: time,
});
const journal = entity('journal', {
  id: primary(uuid),
  player_id: uuid,
  currency: text,
  sequence: big,
  kind: text,
  brand: text,
  provider: text,
  provider_tx_id: text,
  amount: big,
  real: big,
  bonus: big,
  locked: big,
  forfeited: big,
  wagered: big,
  balance_after: big,
  game_id: text,
  provider_round_id: text,
  round_id: uuid,
  round_closed: { type: 'boolean' },
  session_id: text,
  actor: text,
  source: text,
  received_at: time,
  created_at: time,
});
const entry = entity('entry', {
  journal_id: primary(uuid),
  account: primary(text),
  created_at: primary(time),
  player_id: uuid,
  currency: text,
  amount: big,
  brand: text,
  party: text,
  transaction: big,
});
const outbox = entity('outbox', {
  id: { ...big, primary: true, generated: 'increment' },
  event_id: uuid,
  type: text,
  subject: text,
  partition_key: text,
  sequence: big,
  data: { type: 'jsonb' },
});

/** The usual transaction of an entity manager, with the same rules, rows and lock. */
export async function openTypeOrm(url: string): Promise<{ post: Post; close(): Promise<void> }> {
  const entities = [anchor, wallet, round, movementKey, journal, entry, outbox];
  const source = new DataSource({ type: 'postgres', url, entities, poolSize, synchronize: false });
  await source.initialize();
  return {
    post: (command) => source.transaction((manager) => post(manager, command)),
    close: () => source.destroy(),
  };
}

async function post(manager: EntityManager, command: PostMovements): Promise<void> {
  const {
    playerId: player_id,
    currency,
    brand,
    provider,
    gameId: game_id,
    providerRoundId: provider_round_id,
  } = command;
  const { kind, id } = command.actions[0]!;
  const hash = hashOf(command);
  const key = { brand, provider, id_scope: player_id, kind, id };
  const roundKey = { player_id, provider, game_id, provider_round_id: provider_round_id! };
  const anchorRow = await manager.findOne(anchor, {
    where: { player_id },
    lock: { mode: 'for_no_key_update' },
  });
  const keyRow = await manager.findOne(movementKey, { where: key });
  const walletRow = await manager.findOne(wallet, { where: { player_id, currency } });
  const roundRow = await manager.findOne(round, { where: roundKey });
  const outcome = decide(command, hash, {
    anchor: (anchorRow ?? undefined) as never,
    wallet: walletRow ? ({ ...walletRow, grantId: walletRow.grant_id } as never) : undefined,
    key: keyRow ? { hash: keyRow.request_hash as Buffer | null } : undefined,
    round: roundRow
      ? ({
          ...roundRow,
          stakeReal: roundRow.stake_real,
          stakeBonus: roundRow.stake_bonus,
          rolledBack: roundRow.rolled_back,
        } as never)
      : undefined,
  });
  if ('replay' in outcome) return;
  await write(manager, command, {
    hash,
    real: outcome.real,
    bonus: outcome.bonus,
    anchorRow: anchorRow!,
    walletRow: walletRow!,
    roundRow,
  });
}

interface Decided {
  readonly hash: string;
  readonly real: bigint;
  readonly bonus: bigint;
  readonly anchorRow: Row;
  readonly walletRow: Row;
  readonly roundRow: Row | null;
}

// One statement after the other, as such services are written; splitting it would hide what is compared.
// eslint-disable-next-line max-lines-per-function
async function write(manager: EntityManager, command: PostMovements, decided: Decided): Promise<void> {
  const { hash, real, bonus, anchorRow, walletRow, roundRow } = decided;
  const {
    playerId: player_id,
    currency,
    brand,
    provider,
    gameId: game_id,
    providerRoundId: provider_round_id,
  } = command;
  const { kind, id } = command.actions[0]!;
  const key = { brand, provider, id_scope: player_id, kind, id };
  const roundKey = { player_id, provider, game_id, provider_round_id: provider_round_id! };
  const funds = walletRow as { real: bigint; bonus: bigint; locked: bigint; sequence: bigint };
  const transaction = uuidv7();
  const roundId = (roundRow?.id as string | undefined) ?? uuidv7();
  const sequence = funds.sequence + 1n;
  const after = funds.real + funds.bonus + funds.locked + real + bonus;
  const now = new Date();
  await manager.insert(movementKey, {
    ...key,
    outcome: 'posted',
    request_hash: Buffer.from(hash, 'hex'),
    transaction_id: transaction,
    created_at: now,
  });
  await manager.insert(journal, {
    ...{
      id: transaction,
      player_id,
      currency,
      sequence,
      kind,
      brand,
      provider,
      provider_tx_id: id,
      amount: real + bonus,
    },
    ...{
      real,
      bonus,
      locked: 0n,
      forfeited: 0n,
      wagered: 0n,
      balance_after: after,
      game_id,
      provider_round_id,
    },
    ...{
      round_id: roundId,
      round_closed: command.closeRound,
      session_id: command.sessionId,
      actor: `provider:${provider}`,
    },
    ...{ source: command.bodySha256, received_at: command.receivedAt, created_at: now },
  });
  const [{ xid }] = await manager.query<[{ xid: string }]>(`SELECT pg_current_xact_id()::text AS xid`);
  const line = { journal_id: transaction, player_id, currency, transaction: xid, created_at: now };
  const lines = [
    { ...line, account: 'real', amount: real },
    { ...line, account: 'bonus', amount: bonus },
    { ...line, account: 'games', amount: -real - bonus, brand, party: provider },
  ];
  await manager.insert(
    entry,
    lines.filter(({ amount }) => amount !== 0n),
  );
  if (roundRow) {
    await manager.update(round, roundKey, {
      won_real: (roundRow.won_real as bigint) + real,
      won_bonus: (roundRow.won_bonus as bigint) + bonus,
      wins: (roundRow.wins as number) + 1,
      closed: command.closeRound,
    });
  } else {
    await manager.insert(round, {
      ...{
        ...roundKey,
        id: roundId,
        currency,
        stake_real: -real,
        stake_bonus: -bonus,
        won_real: 0n,
        won_bonus: 0n,
      },
      ...{ bets: 1, rolled_back: 0, wins: 0, closed: command.closeRound },
    });
  }
  const eventSequence = (anchorRow.event_sequence as bigint) + 1n;
  await manager.insert(outbox, {
    ...{
      event_id: transaction,
      type: `wallet.event.${kind === 'bet' ? 'bet-placed' : 'win-credited'}.v1`,
      subject: player_id,
    },
    ...{ partition_key: player_id, sequence: eventSequence },
    data: eventData(command, { transaction, sequence, real, bonus, after, roundId }) as never,
  });
  await manager.update(
    wallet,
    { player_id, currency },
    { real: funds.real + real, bonus: funds.bonus + bonus, sequence },
  );
  await manager.update(anchor, { player_id }, { event_sequence: eventSequence });
}
