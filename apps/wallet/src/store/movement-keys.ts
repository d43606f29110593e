import type { Db } from '@baize/persistence';
import type { MovementKey } from '../domain/instruction';

/**
 * Whether all of these movements of a player were decided for good before, posted or taken back. Waits for postings of
 * the player that are being committed.
 */
export async function areDecided(db: Db, playerId: string, keys: readonly MovementKey[]): Promise<boolean> {
  await db.query(`SELECT 1 FROM anchor WHERE player_id = $1 FOR NO KEY UPDATE`, [playerId]);
  const rows = await db.query(
    `SELECT 1 FROM unnest($1::text[], $2::text[], $3::posting_kind[], $4::text[], $5::text[]) q(id, scope, kind, provider, brand)
     JOIN movement_key k ON (k.id, k.id_scope, k.kind, k.provider, k.brand) = (q.id, q.scope, q.kind, q.provider, q.brand)`,
    (['id', 'scope', 'kind', 'provider', 'brand'] as const).map((field) => keys.map((key) => key[field])),
  );
  return rows.length === keys.length;
}
