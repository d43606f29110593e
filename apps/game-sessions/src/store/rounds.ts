import type { RoundActionDto, RoundMovementPosted } from '@baize/contracts';
import type { Db } from '@baize/persistence';
import { stateOf, type Round } from '../domain/round';

interface RoundRow {
  id: string;
  brand: string;
  player_id: string;
  provider: string;
  game_id: string;
  provider_round_id: string;
  session_id: string | null;
  currency: string;
  state: 'open' | 'closed' | 'voided' | 'interrupted';
  closed: boolean;
  bets: number;
  bets_rolled_back: number;
  staked: bigint;
  won: bigint;
  opened_at: Date;
  closed_at: Date | null;
}
export interface ListedRound extends Round {
  readonly state: RoundRow['state'];
}
export interface NewRoundAction {
  readonly kind: 'bet' | 'win' | 'rollback';
  readonly movement: RoundMovementPosted;
}

function fromRow(row: RoundRow): ListedRound {
  return {
    id: row.id,
    brand: row.brand,
    playerId: row.player_id,
    provider: row.provider,
    gameId: row.game_id,
    providerRoundId: row.provider_round_id,
    ...(row.session_id !== null && { sessionId: row.session_id }),
    currency: row.currency,
    closed: row.closed,
    bets: row.bets,
    betsRolledBack: row.bets_rolled_back,
    staked: row.staked,
    won: row.won,
    openedAt: row.opened_at.toISOString(),
    ...(row.closed_at && { closedAt: row.closed_at.toISOString() }),
    state: row.state,
  };
}

/** Locks in id order: two batches that share rounds would deadlock otherwise. */
export async function lockRounds(db: Db, ids: readonly string[]): Promise<Round[]> {
  const rows = await db.query<RoundRow>({
    name: 'lock-rounds',
    text: 'SELECT * FROM round WHERE id = ANY ($1::uuid[]) ORDER BY id FOR NO KEY UPDATE',
    values: [ids],
  });
  return rows.map(fromRow);
}

/** Writes rounds as they are now, new or changed. */
export async function saveRounds(db: Db, rounds: readonly Round[]): Promise<void> {
  const rows = rounds.map((round) => ({
    ...round,
    staked: round.staked.toString(),
    won: round.won.toString(),
    state: stateOf(round),
  }));
  await db.query({ name: 'save-rounds', text: saveSql, values: [JSON.stringify(rows)] });
}

const saveSql = `
INSERT INTO round (id, brand, player_id, provider, game_id, provider_round_id, session_id, currency, state, closed,
  bets, bets_rolled_back, staked, won, opened_at, closed_at)
SELECT r.id, r.brand, r."playerId", r.provider, r."gameId", r."providerRoundId", r."sessionId", r.currency, r.state,
  r.closed, r.bets, r."betsRolledBack", r.staked, r.won, r."openedAt", r."closedAt"
FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, brand text, "playerId" text, provider text, "gameId" text,
  "providerRoundId" text, "sessionId" uuid, currency text, state text, closed boolean, bets int,
  "betsRolledBack" int, staked bigint, won bigint, "openedAt" timestamptz, "closedAt" timestamptz)
ORDER BY r.id
ON CONFLICT (id) DO UPDATE SET
  session_id = excluded.session_id, state = excluded.state, closed = excluded.closed, bets = excluded.bets,
  bets_rolled_back = excluded.bets_rolled_back, staked = excluded.staked, won = excluded.won,
  closed_at = excluded.closed_at`;

/** Appends actions; rounds must exist. */
export async function insertActions(db: Db, actions: readonly NewRoundAction[]): Promise<void> {
  const rows = actions.map(({ kind, movement }) => ({
    kind,
    roundId: movement.roundId,
    walletSequence: movement.walletSequence,
    transactionId: movement.transactionId,
    amount: movement.amount,
    real: movement.funds.real,
    bonus: movement.funds.bonus,
    locked: movement.funds.locked,
    balanceAfter: movement.balanceAfter,
    providerTxId: movement.providerTxId,
    referenceId: movement.referenceId,
    committedAt: movement.committedAt,
  }));
  await db.query({ name: 'insert-round-actions', text: insertActionsSql, values: [JSON.stringify(rows)] });
}

const insertActionsSql = `
INSERT INTO round_action (round_id, wallet_sequence, transaction_id, kind, amount, real, bonus, locked, balance_after,
  provider_tx_id, reference_id, at)
SELECT a."roundId", a."walletSequence", a."transactionId", a.kind, a.amount, a.real, a.bonus, a.locked,
  a."balanceAfter", a."providerTxId", a."referenceId", a."committedAt"
FROM jsonb_to_recordset($1::jsonb) AS a("roundId" uuid, "walletSequence" bigint, "transactionId" uuid, kind text,
  amount bigint, real bigint, bonus bigint, locked bigint, "balanceAfter" bigint, "providerTxId" text,
  "referenceId" uuid, "committedAt" timestamptz)`;

export async function findRound(db: Db, id: string, brand: string): Promise<ListedRound | undefined> {
  const [row] = await db.query<RoundRow>('SELECT * FROM round WHERE id = $1 AND brand = $2', [id, brand]);
  return row && fromRow(row);
}

/** Newest first, after the given position. */
export async function listRounds(
  db: Db,
  of: { playerId: string; brand: string; limit: number; after?: { at: string; id: string } },
): Promise<ListedRound[]> {
  const rows = await db.query<RoundRow>(
    `SELECT * FROM round
     WHERE player_id = $1 AND brand = $2 AND ($3::timestamptz IS NULL OR (opened_at, id) < ($3, $4::uuid))
     ORDER BY opened_at DESC, id DESC LIMIT $5`,
    [of.playerId, of.brand, of.after?.at ?? null, of.after?.id ?? null, of.limit],
  );
  return rows.map(fromRow);
}

/** The first actions of each round, in the order in which they were posted. */
export async function listActions(
  db: Db,
  roundIds: readonly string[],
  limitPerRound: number,
): Promise<Map<string, RoundActionDto[]>> {
  const rows = await db.query<ActionRow>(
    `SELECT a.* FROM unnest($1::uuid[]) AS r(id) CROSS JOIN LATERAL (
       SELECT * FROM round_action WHERE round_id = r.id ORDER BY wallet_sequence LIMIT $2) AS a`,
    [roundIds, limitPerRound],
  );
  const byRound = new Map<string, RoundActionDto[]>(roundIds.map((id) => [id, []]));
  for (const row of rows) byRound.get(row.round_id)?.push(actionFrom(row));
  return byRound;
}

interface ActionRow {
  round_id: string;
  transaction_id: string;
  kind: 'bet' | 'win' | 'rollback';
  amount: bigint;
  real: bigint;
  bonus: bigint;
  locked: bigint;
  balance_after: bigint;
  provider_tx_id: string;
  reference_id: string | null;
  at: Date;
}

function actionFrom(row: ActionRow): RoundActionDto {
  return {
    transactionId: row.transaction_id,
    kind: row.kind,
    amount: Number(row.amount),
    funds: { real: Number(row.real), bonus: Number(row.bonus), locked: Number(row.locked) },
    balanceAfter: Number(row.balance_after),
    providerTxId: row.provider_tx_id,
    ...(row.reference_id !== null && { referenceId: row.reference_id }),
    at: row.at.toISOString(),
  };
}
