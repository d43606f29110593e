import type { Db } from '@baize/persistence';

export interface StoredTotp {
  readonly secret: Buffer;
  readonly confirmedAt: Date | null;
}

export async function findTotp(db: Db, playerId: string): Promise<StoredTotp | undefined> {
  const [row] = await db.query<StoredTotp>(
    'SELECT secret, confirmed_at AS "confirmedAt" FROM player_totp WHERE player_id = $1',
    [playerId],
  );
  return row;
}

/** Replaces a secret that was never confirmed; false when there is a confirmed one. */
export async function enrolTotp(db: Db, playerId: string, secret: Buffer): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO player_totp AS t (player_id, secret) VALUES ($1, $2)
     ON CONFLICT (player_id) DO UPDATE SET secret = excluded.secret, last_step = 0 WHERE t.confirmed_at IS NULL
     RETURNING 1`,
    [playerId, secret],
  );
  return rows.length === 1;
}

export async function confirmTotp(db: Db, playerId: string, recovery: readonly Buffer[]): Promise<void> {
  await db.query(
    `UPDATE player_totp SET confirmed_at = clock_timestamp(), recovery_digests = $2 WHERE player_id = $1`,
    [playerId, recovery],
  );
}

/** Takes a code of this time step: true once, false for it and every earlier one ever after. */
export async function spendStep(db: Db, playerId: string, step: number): Promise<boolean> {
  const rows = await db.query(
    'UPDATE player_totp SET last_step = $2 WHERE player_id = $1 AND last_step < $2 RETURNING 1',
    [playerId, step],
  );
  return rows.length === 1;
}

export async function spendRecoveryCode(db: Db, playerId: string, digest: Buffer): Promise<boolean> {
  const rows = await db.query(
    `UPDATE player_totp SET recovery_digests = array_remove(recovery_digests, $2)
     WHERE player_id = $1 AND confirmed_at IS NOT NULL AND $2 = ANY (recovery_digests) RETURNING 1`,
    [playerId, digest],
  );
  return rows.length === 1;
}

export async function deleteTotp(db: Db, playerId: string): Promise<void> {
  await db.query('DELETE FROM player_totp WHERE player_id = $1', [playerId]);
}
