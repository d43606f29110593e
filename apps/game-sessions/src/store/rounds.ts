import type { RoundState } from '@baize/contracts';
import type { Db } from '@baize/persistence';
import { stateOf, type Round } from '../domain/round';
import { listOfPlayer, type PageOfPlayer } from './list-of-player';

interface RoundRow {
  id: string;
  brand: string;
  player_id: string;
  provider: string;
  game_id: string;
  provider_round_id: string;
  session_id: string | null;
  currency: string;
  state: RoundState;
  closed: boolean;
  bets: number;
  bets_rolled_back: number;
  staked: bigint;
  won: bigint;
  opened_at: Date;
  closed_at: Date | null;
  settled_at: Date | null;
  due_at: Date;
  interrupted_at: Date | null;
  voiding: boolean;
  rtp_basis_points: number | null;
  /** Decimal digits of a 64-bit number. */
  changed_in: string;
}
export interface ListedRound extends Round {
  readonly state: RoundState;
  readonly rtpBasisPoints?: number;
  /** The transaction that made it as it is: decimal digits. */
  readonly changedIn: string;
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
    ...(row.settled_at && { settledAt: row.settled_at.toISOString() }),
    dueAt: row.due_at.toISOString(),
    ...(row.interrupted_at && { interruptedAt: row.interrupted_at.toISOString() }),
    voiding: row.voiding,
    state: row.state,
    ...(row.rtp_basis_points !== null && { rtpBasisPoints: row.rtp_basis_points }),
    changedIn: row.changed_in,
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

// The paytable is the one of the game when the round opened.
const saveSql = `
INSERT INTO round (id, brand, player_id, provider, game_id, provider_round_id, session_id, currency, state, closed,
  bets, bets_rolled_back, staked, won, opened_at, closed_at, settled_at, due_at, interrupted_at, voiding,
  rtp_basis_points)
SELECT r.id, r.brand, r."playerId", r.provider, r."gameId", r."providerRoundId", r."sessionId", r.currency, r.state,
  r.closed, r.bets, r."betsRolledBack", r.staked, r.won, r."openedAt", r."closedAt", r."settledAt", r."dueAt",
  r."interruptedAt", r.voiding, (SELECT rtp_basis_points FROM game WHERE game.id = r."gameId")
FROM jsonb_to_recordset($1::jsonb) AS r(id uuid, brand text, "playerId" text, provider text, "gameId" uuid,
  "providerRoundId" text, "sessionId" uuid, currency text, state text, closed boolean, bets int,
  "betsRolledBack" int, staked bigint, won bigint, "openedAt" timestamptz, "closedAt" timestamptz,
  "settledAt" timestamptz, "dueAt" timestamptz, "interruptedAt" timestamptz, voiding boolean)
ORDER BY r.id
ON CONFLICT (id) DO UPDATE SET
  session_id = excluded.session_id, state = excluded.state, closed = excluded.closed, bets = excluded.bets,
  bets_rolled_back = excluded.bets_rolled_back, staked = excluded.staked, won = excluded.won,
  closed_at = excluded.closed_at, settled_at = excluded.settled_at, due_at = excluded.due_at,
  interrupted_at = excluded.interrupted_at, voiding = excluded.voiding, changed_in = excluded.changed_in`;

export async function findRound(db: Db, id: string, brand: string): Promise<ListedRound | undefined> {
  const [row] = await db.query<RoundRow>('SELECT * FROM round WHERE id = $1 AND brand = $2', [id, brand]);
  return row && fromRow(row);
}

/** Newest first. */
export async function listRounds(db: Db, of: PageOfPlayer): Promise<ListedRound[]> {
  return (await listOfPlayer<RoundRow>(db, 'round', of)).map(fromRow);
}

/** Interrupted rounds, oldest first, after the given position. */
export async function listInterrupted(
  db: Db,
  of: { brand: string; provider?: string; limit: number; after?: { at: string; id: string } },
): Promise<ListedRound[]> {
  const rows = await db.query<RoundRow>(
    `SELECT * FROM round
     WHERE brand = $1 AND state = 'interrupted' AND ($2::text IS NULL OR provider = $2)
       AND ($3::timestamptz IS NULL OR (opened_at, id) > ($3, $4::uuid))
     ORDER BY opened_at, id LIMIT $5`,
    [of.brand, of.provider ?? null, of.after?.at ?? null, of.after?.id ?? null, of.limit],
  );
  return rows.map(fromRow);
}

/**
 * Rounds that are no longer open, in the order in which they came to be as they are, of finished transactions only:
 * what commits later stands behind every position that was read before, so that a reader misses nothing.
 */
export async function listOver(
  db: Db,
  of: { brand: string; provider?: string; limit: number; after?: { at: string; id: string } },
): Promise<ListedRound[]> {
  const rows = await db.query<RoundRow>(
    `SELECT * FROM round
     WHERE brand = $1 AND state <> 'open' AND ($2::text IS NULL OR provider = $2)
       AND ($3::xid8 IS NULL OR (changed_in, id) > ($3, $4::uuid))
       AND changed_in < pg_snapshot_xmin(pg_current_snapshot())
     ORDER BY changed_in, id LIMIT $5`,
    [of.brand, of.provider ?? null, of.after?.at ?? null, of.after?.id ?? null, of.limit],
  );
  return rows.map(fromRow);
}

/** Locks rounds whose time has come and that nobody decides about, oldest first; replicas take different ones. */
export async function lockDueRounds(
  db: Db,
  state: 'open' | 'interrupted',
  limit: number,
): Promise<ListedRound[]> {
  const rows = await db.query<RoundRow>(
    `SELECT * FROM round WHERE state = $1 AND state IN ('open', 'interrupted') AND due_at <= clock_timestamp()
       AND NOT voiding
       AND NOT EXISTS (SELECT FROM round_resolution WHERE round_id = round.id AND status = 'pending')
     ORDER BY due_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED`,
    [state, limit],
  );
  return rows.map(fromRow);
}
