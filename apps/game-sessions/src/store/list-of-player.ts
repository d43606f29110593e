import type { Db } from '@baize/persistence';

/** A page of what a player has: `after` is the position of the last row of the page before. */
export interface PageOfPlayer {
  readonly playerId: string;
  readonly brand: string;
  readonly limit: number;
  readonly after?: { readonly at: string; readonly id: string };
}
/** The tables with lists of players, and what those are sorted by. */
const sortedBy = { round: 'opened_at', free_rounds: 'created_at', game_session: 'started_at' } as const;

/** Newest first, after the given position. */
export function listOfPlayer<Row>(
  db: Db,
  table: keyof typeof sortedBy,
  { playerId, brand, limit, after }: PageOfPlayer,
): Promise<Row[]> {
  const at = sortedBy[table];
  return db.query<Row>(
    `SELECT * FROM ${table}
     WHERE player_id = $1 AND brand = $2 AND ($3::timestamptz IS NULL OR (${at}, id) < ($3, $4::uuid))
     ORDER BY ${at} DESC, id DESC LIMIT $5`,
    [playerId, brand, after?.at ?? null, after?.id ?? null, limit],
  );
}
