import type { FreeRoundsGranted, IdempotencyKey, Result } from '@baize/contracts';
import type { Db } from '@baize/persistence';
import type { FreeRounds } from '../domain/free-rounds';
import { listOfPlayer, type PageOfPlayer } from './list-of-player';

interface FreeRoundsRow {
  id: string;
  brand: string;
  player_id: string;
  provider: string;
  game_id: string;
  currency: string;
  rounds: number;
  stake: bigint;
  status: FreeRounds['status'];
  reference: string;
  consumed: number;
  won: bigint;
  detail: string | null;
  created_at: Date;
  expires_at: Date;
  granted_at: Date | null;
  ended_at: Date | null;
  asked: number;
}

function fromRow(row: FreeRoundsRow): FreeRounds {
  return {
    id: row.id,
    brand: row.brand,
    playerId: row.player_id,
    provider: row.provider,
    gameId: row.game_id,
    currency: row.currency,
    rounds: row.rounds,
    stake: Number(row.stake),
    status: row.status,
    reference: row.reference,
    consumed: row.consumed,
    won: row.won,
    ...(row.detail !== null && { detail: row.detail }),
    createdAtMs: row.created_at.getTime(),
    expiresAtMs: row.expires_at.getTime(),
    ...(row.granted_at && { grantedAtMs: row.granted_at.getTime() }),
    ...(row.ended_at && { endedAtMs: row.ended_at.getTime() }),
    asked: row.asked,
  };
}

type Answer = Result<FreeRoundsGranted>;
/** What a caller's key says: nobody used it, or somebody did, with this body and this answer. */
export interface KnownKey {
  readonly bodySha256: string;
  /** Undefined while the provider is being asked for the first time. */
  readonly answer: Answer | undefined;
}

export async function findByKey(
  db: Db,
  brand: string,
  { caller, key }: IdempotencyKey,
): Promise<KnownKey | undefined> {
  const [row] = await db.query<{ key_body_sha256: string; answer: Answer | null }>(
    'SELECT key_body_sha256, answer FROM free_rounds WHERE brand = $1 AND key_caller = $2 AND key = $3',
    [brand, caller, key],
  );
  return row && { bodySha256: row.key_body_sha256, answer: row.answer ?? undefined };
}

/** Writes new free rounds under the caller's key; false when the key is used. The provider is asked by whoever wrote. */
export async function insertFreeRounds(
  db: Db,
  rounds: FreeRounds,
  { caller, key, bodySha256 }: IdempotencyKey,
  nextAskMs: number,
): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO free_rounds (id, brand, player_id, provider, game_id, currency, rounds, stake, status, reference,
       created_at, expires_at, next_ask_at, key_caller, key, key_body_sha256)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
     ON CONFLICT (brand, key_caller, key) DO NOTHING RETURNING id`,
    [
      rounds.id,
      rounds.brand,
      rounds.playerId,
      rounds.provider,
      rounds.gameId,
      rounds.currency,
      rounds.rounds,
      rounds.stake,
      rounds.status,
      rounds.reference,
      new Date(rounds.createdAtMs),
      new Date(rounds.expiresAtMs),
      new Date(nextAskMs),
      caller,
      key,
      bodySha256,
    ],
  );
  return rows.length === 1;
}

export async function findFreeRounds(db: Db, id: string, brand: string): Promise<FreeRounds | undefined> {
  const [row] = await db.query<FreeRoundsRow>('SELECT * FROM free_rounds WHERE id = $1 AND brand = $2', [
    id,
    brand,
  ]);
  return row && fromRow(row);
}

/** Locks them: what is decided about them is decided one after the other. */
export async function lockFreeRounds(db: Db, id: string): Promise<FreeRounds | undefined> {
  const [row] = await db.query<FreeRoundsRow>('SELECT * FROM free_rounds WHERE id = $1 FOR NO KEY UPDATE', [
    id,
  ]);
  return row && fromRow(row);
}

/** The id of the player's free rounds that a provider speaks of; undefined for those that we did not grant. */
export async function findByReference(
  db: Db,
  { brand, provider, playerId, reference }: Pick<FreeRounds, 'brand' | 'provider' | 'playerId' | 'reference'>,
): Promise<string | undefined> {
  const [row] = await db.query<{ id: string }>(
    'SELECT id FROM free_rounds WHERE brand = $1 AND provider = $2 AND reference = $3 AND player_id = $4',
    [brand, provider, reference, playerId],
  );
  return row?.id;
}

/** Writes what was decided. */
export async function saveFreeRounds(db: Db, rounds: FreeRounds): Promise<void> {
  const at = (ms: number | undefined) => (ms === undefined ? null : new Date(ms));
  await db.query(
    `UPDATE free_rounds SET status = $2, reference = $3, consumed = $4, won = $5, detail = $6, granted_at = $7,
       ended_at = $8, asked = $9 WHERE id = $1`,
    [
      rounds.id,
      rounds.status,
      rounds.reference,
      rounds.consumed,
      rounds.won,
      rounds.detail ?? null,
      at(rounds.grantedAtMs),
      at(rounds.endedAtMs),
      rounds.asked,
    ],
  );
}

/** The first answer stays. */
export async function storeAnswer(db: Db, id: string, answer: Answer): Promise<void> {
  await db.query('UPDATE free_rounds SET answer = $2 WHERE id = $1 AND answer IS NULL', [id, answer]);
}

/** Makes this call the only one that asks the provider until then. */
export async function postponeAsking(db: Db, id: string, nextAskMs: number): Promise<void> {
  await db.query('UPDATE free_rounds SET next_ask_at = $2 WHERE id = $1', [id, new Date(nextAskMs)]);
}

/** Takes those of which the provider has not said what became, for `heldMs`; replicas take different ones. */
export async function takeUnsettled(
  db: Db,
  limit: number,
  heldMs: number,
): Promise<{ readonly id: string; readonly brand: string }[]> {
  return db.query<{ id: string; brand: string }>(
    `UPDATE free_rounds SET next_ask_at = clock_timestamp() + make_interval(secs => $2)
     WHERE id IN (SELECT id FROM free_rounds
                  WHERE status IN ('pending', 'cancelling') AND next_ask_at <= clock_timestamp()
                  ORDER BY next_ask_at LIMIT $1 FOR UPDATE SKIP LOCKED)
     RETURNING id, brand`,
    [limit, heldMs / 1_000],
  );
}

/** Those whose time was over `graceMs` ago and that are not over. */
export async function findOverdue(db: Db, limit: number, graceMs: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `SELECT id FROM free_rounds
     WHERE ended_at IS NULL AND expires_at < clock_timestamp() - make_interval(secs => $2)
     ORDER BY expires_at LIMIT $1`,
    [limit, graceMs / 1_000],
  );
  return rows.map(({ id }) => id);
}

/** Newest first. */
export async function listFreeRounds(db: Db, of: PageOfPlayer): Promise<FreeRounds[]> {
  return (await listOfPlayer<FreeRoundsRow>(db, 'free_rounds', of)).map(fromRow);
}
