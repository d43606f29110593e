import type { Db } from '@baize/persistence';

export type CaseStatus = 'open' | 'confirmed' | 'dismissed';

/** A player that was not screened against the newest lists, with what its name is read from. */
export interface DuePlayer {
  readonly playerId: string;
  readonly brand: string;
  readonly country: string;
  /** Screened up to there. */
  readonly epoch: number;
  readonly personId: string;
  readonly profile: Buffer;
  /** Null once the person was erased. */
  readonly wrappedKey: Buffer | null;
}

/** Screens a new player from the beginning; once. */
export async function enrolForScreening(db: Db, playerId: string): Promise<void> {
  await db.query('INSERT INTO player_screening (player_id) VALUES ($1) ON CONFLICT DO NOTHING', [playerId]);
}

/**
 * Has a player screened again against all lists. Each time from another epoch below the first, so that a screening which
 * is under way with what was known before does not count.
 */
export async function screenAnew(db: Db, playerId: string): Promise<void> {
  await db.query('UPDATE player_screening SET epoch = least(epoch, 0) - 1 WHERE player_id = $1', [playerId]);
}

export function findDuePlayers(db: Db, epoch: number, limit: number): Promise<DuePlayer[]> {
  return db.query<DuePlayer>(
    `SELECT s.player_id AS "playerId", s.epoch, p.brand, p.country, p.person_id AS "personId", p.profile,
       k.wrapped_key AS "wrappedKey"
     FROM player_screening s JOIN player p ON p.id = s.player_id LEFT JOIN person_key k USING (person_id)
     WHERE s.epoch < $1 ORDER BY s.epoch DESC LIMIT $2`,
    [epoch, limit],
  );
}

/** Says how far the player was screened; false when somebody else did it meanwhile. */
export async function markScreened(db: Db, playerId: string, from: number, to: number): Promise<boolean> {
  // The player first, as whoever corrects a name does: a case locks it too, and they would wait for one another.
  await db.query('SELECT FROM player WHERE id = $1 FOR KEY SHARE', [playerId]);
  const rows = await db.query(
    'UPDATE player_screening SET epoch = $3 WHERE player_id = $1 AND epoch = $2 RETURNING epoch',
    [playerId, from, to],
  );
  return rows.length > 0;
}

export interface NewCase {
  readonly id: string;
  readonly brand: string;
  readonly playerId: string;
  readonly entryId: bigint;
  readonly score: number;
  readonly explanation: Buffer;
  readonly evidence: readonly string[];
}

/** False when this version of the entry was a case of the player before, however it was decided. */
export async function openCase(db: Db, one: NewCase): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO screening_case (id, brand, player_id, entry_id, score, explanation, evidence)
     VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id`,
    [one.id, one.brand, one.playerId, one.entryId.toString(), one.score, one.explanation, one.evidence],
  );
  return rows.length > 0;
}

export interface CaseRow {
  readonly id: string;
  readonly playerId: string;
  readonly personId: string;
  readonly wrappedKey: Buffer | null;
  readonly list: string;
  readonly sourceId: string;
  readonly name: string;
  readonly score: number;
  readonly explanation: Buffer;
  readonly evidence: string[];
  readonly status: CaseStatus;
  readonly openedAt: Date;
  readonly decidedAt: Date | null;
}

const caseColumns = `c.id, c.player_id AS "playerId", p.person_id AS "personId", k.wrapped_key AS "wrappedKey",
  e.list, e.source_id AS "sourceId", e.name, c.score, c.explanation, c.evidence, c.status,
  c.opened_at AS "openedAt", c.decided_at AS "decidedAt"`;
const caseTables = `screening_case c JOIN screening_entry e ON e.id = c.entry_id JOIN player p ON p.id = c.player_id
  LEFT JOIN person_key k USING (person_id)`;

/** Newest first; `before` is the id of the last one seen. */
export function listCases(
  db: Db,
  filter: { brand: string; status?: CaseStatus; before?: string; limit: number },
): Promise<CaseRow[]> {
  return db.query<CaseRow>(
    `SELECT ${caseColumns} FROM ${caseTables}
     WHERE c.brand = $1 AND ($2::text IS NULL OR c.status = $2) AND ($3::uuid IS NULL OR c.id < $3)
     ORDER BY c.id DESC LIMIT $4`,
    [filter.brand, filter.status ?? null, filter.before ?? null, filter.limit],
  );
}

export async function lockCase(
  db: Db,
  brand: string,
  id: string,
): Promise<Pick<CaseRow, 'id' | 'playerId' | 'status' | 'evidence'> | undefined> {
  const [row] = await db.query<Pick<CaseRow, 'id' | 'playerId' | 'status' | 'evidence'>>(
    `SELECT id, player_id AS "playerId", status, evidence FROM screening_case
     WHERE id = $1 AND brand = $2 FOR UPDATE`,
    [id, brand],
  );
  return row;
}

export async function closeCase(
  db: Db,
  id: string,
  decision: { status: CaseStatus; by: string },
): Promise<void> {
  await db.query(
    `UPDATE screening_case SET status = $2, decided_at = clock_timestamp(), decided_by = $3 WHERE id = $1`,
    [id, decision.status, decision.by],
  );
}
