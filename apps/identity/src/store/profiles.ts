import type { Actor } from '@baize/contracts';
import type { Db } from '@baize/persistence';

export interface NewProfile {
  readonly playerId: string;
  readonly profile: Buffer;
  readonly emailIndex: Buffer;
  readonly phoneIndex: Buffer | undefined;
  readonly nameBirthIndex: Buffer;
}

/** Which of the brand's other accounts hold one of these indexes: a profile may not become theirs. */
export async function isIndexTaken(db: Db, brand: string, wanted: NewProfile): Promise<boolean> {
  const rows = await db.query(
    `SELECT FROM player WHERE brand = $1 AND id <> $2
       AND (email_index = $3 OR phone_index = $4 OR name_birth_index = $5) LIMIT 1`,
    [brand, wanted.playerId, wanted.emailIndex, wanted.phoneIndex ?? null, wanted.nameBirthIndex],
  );
  return rows.length > 0;
}

export async function updateProfile(db: Db, next: NewProfile): Promise<void> {
  await db.query(
    `UPDATE player SET profile = $2, email_index = $3, phone_index = $4, name_birth_index = $5 WHERE id = $1`,
    [next.playerId, next.profile, next.emailIndex, next.phoneIndex ?? null, next.nameBirthIndex],
  );
}

export interface ProfileChangeRow {
  readonly id: string;
  readonly playerId: string;
  readonly fields: readonly string[];
  /** The profile as it was, sealed for the row of this change. */
  readonly before: Buffer;
  readonly actor: Actor;
}

export async function insertProfileChange(db: Db, change: ProfileChangeRow): Promise<void> {
  const { id, playerId, fields, before, actor } = change;
  await db.query(
    `INSERT INTO profile_change (id, player_id, fields, before, actor_kind, actor_id)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [id, playerId, fields, before, actor.kind, actor.id],
  );
}

/** Earlier profiles, newest first. */
export async function listProfileChanges(
  db: Db,
  playerId: string,
  limit: number,
): Promise<(Omit<ProfileChangeRow, 'playerId'> & { at: Date })[]> {
  const rows = await db.query<{
    id: string;
    fields: string[];
    before: Buffer;
    kind: Actor['kind'];
    actor: string;
    at: Date;
  }>(
    `SELECT id, fields, before, actor_kind AS kind, actor_id AS actor, at FROM profile_change
     WHERE player_id = $1 ORDER BY at DESC LIMIT $2`,
    [playerId, limit],
  );
  return rows.map(({ kind, actor, ...row }) => ({ ...row, actor: { kind, id: actor } }));
}
