import type { Db } from '@baize/persistence';
import type { RegisterName } from '../domain/market-protection';
import type { KnownAnswer, RegisterAnswer, RegisterEntry } from '../domain/national-register';

/** Somebody whom a register is asked about, with what it said last. */
export interface AskedPlayer {
  readonly playerId: string;
  readonly personId: string;
  readonly brand: string;
  readonly profile: Buffer;
  readonly wrappedKey: Buffer;
  readonly known: KnownAnswer | undefined;
  /** The database's time: when what is asked now was asked. */
  readonly now: Date;
}

type AskedRow = Omit<AskedPlayer, 'known'> & {
  answer: RegisterAnswer | null;
  askedAt: Date | null;
  isAboutNow: boolean;
};

/** Undefined of nobody, and of an account that was closed: nothing is asked about those. */
export async function findAskedPlayer(db: Db, playerId: string): Promise<AskedPlayer | undefined> {
  const [row] = await db.query<AskedRow>({
    name: 'identity-asked-player',
    text: `SELECT p.id AS "playerId", p.person_id AS "personId", p.brand, p.profile, k.wrapped_key AS "wrappedKey",
        a.answer, a.asked_at AS "askedAt", coalesce(a.about = sha256(p.profile), false) AS "isAboutNow",
        clock_timestamp() AS now
      FROM player p JOIN person_key k USING (person_id) LEFT JOIN register_answer a ON a.player_id = p.id
      WHERE p.id = $1 AND p.status <> 'closed'`,
    values: [playerId],
  });
  if (!row) return undefined;
  const { answer, askedAt, isAboutNow, ...player } = row;
  return { ...player, known: answer && askedAt ? { answer, askedAt, isAboutNow } : undefined };
}

/** The last definite answer about an account. */
export async function findRegisterAnswer(db: Db, playerId: string): Promise<RegisterAnswer | undefined> {
  const [row] = await db.query<{ answer: RegisterAnswer }>(
    'SELECT answer FROM register_answer WHERE player_id = $1',
    [playerId],
  );
  return row?.answer;
}

/** Keeps an answer, unless a later question was answered before; the person's group is locked. */
export async function saveRegisterAnswer(
  db: Db,
  { playerId, profile, now }: AskedPlayer,
  told: { register: RegisterName; answer: RegisterAnswer; maximumAgeHours: number },
): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO register_answer AS a (player_id, register, answer, about, asked_at, next_check_at)
     VALUES ($1, $2, $3, sha256($4::bytea), $5, $5::timestamptz + $6 * interval '1 hour')
     ON CONFLICT (player_id) DO UPDATE SET register = excluded.register, answer = excluded.answer,
       about = excluded.about, asked_at = excluded.asked_at, next_check_at = excluded.next_check_at
     WHERE a.asked_at <= excluded.asked_at RETURNING 1`,
    [playerId, told.register, told.answer, profile, now, told.maximumAgeHours],
  );
  return rows.length > 0;
}

/** Who asked for a restriction that a register's answer made, before the register's name. */
const requester = 'system:';

/** Restrictions in force for these persons that came from registers. */
export async function findRegisterEntries(db: Db, personIds: readonly string[]): Promise<RegisterEntry[]> {
  return db.query<RegisterEntry>(
    `SELECT r.id, substr(r.requested_by, length($2) + 1) AS register, r.player_id AS "playerId",
       NOT EXISTS (SELECT FROM player p WHERE p.id = r.player_id AND p.status <> 'closed') AS "isOrphan"
     FROM restriction r WHERE r.person_id = ANY ($1) AND r.kind = 'national-register' AND r.ended_at IS NULL`,
    [personIds, requester],
  );
}

export interface DuePlayer {
  readonly playerId: string;
  readonly country: string;
}

/** Takes some accounts whose answers are too old, and leaves them to the caller for so long. */
export async function claimDueAnswers(db: Db, leaseMs: number, limit: number): Promise<DuePlayer[]> {
  return db.query<DuePlayer>(
    `UPDATE register_answer a SET next_check_at = clock_timestamp() + $1 * interval '1 millisecond'
     FROM (SELECT player_id FROM register_answer WHERE next_check_at <= clock_timestamp()
           ORDER BY next_check_at LIMIT $2 FOR UPDATE SKIP LOCKED) due, player p
     WHERE a.player_id = due.player_id AND p.id = a.player_id
     RETURNING a.player_id AS "playerId", p.country`,
    [leaseMs, limit],
  );
}

/** Nobody is asked about this account any more. */
export async function forgetRegisterAnswer(db: Db, playerId: string): Promise<void> {
  await db.query('DELETE FROM register_answer WHERE player_id = $1', [playerId]);
}
