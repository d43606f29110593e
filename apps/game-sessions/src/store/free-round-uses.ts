import type { Db } from '@baize/persistence';
import type { Finished, FreeRounds, Played } from '../domain/free-rounds';

/** Whose free rounds a provider speaks of, under its own name for them. */
export type Spoken = Pick<FreeRounds, 'brand' | 'provider' | 'playerId' | 'reference'>;

/** One movement that a provider made of free rounds, or a word of it (`word`) that moved nothing. */
export interface FreeRoundUse {
  readonly kind: 'bet' | 'win' | 'word';
  readonly movementId: string;
  readonly transactionId?: string;
  readonly rounds: number;
  /** Minor units. */
  readonly won: number;
  /** What all of the rounds won, where the movement says that. */
  readonly total?: number;
  readonly settled: boolean;
  readonly finished?: Finished;
}

/** Writes each movement once, however often it is told. */
export async function insertUses(db: Db, of: Spoken, uses: readonly FreeRoundUse[]): Promise<void> {
  await db.query({
    name: 'insert-free-round-uses',
    text: `INSERT INTO free_round_use (brand, provider, reference, player_id, kind, movement_id, transaction_id, rounds,
             won, total, settled, finished, at)
           SELECT $1, $2, $3, $4, u.kind, u."movementId", u."transactionId", u.rounds, u.won, u.total, u.settled,
             u.finished, clock_timestamp()
           FROM jsonb_to_recordset($5::jsonb) AS u(kind text, "movementId" text, "transactionId" uuid, rounds int,
             won bigint, total bigint, settled boolean, finished text)
           ON CONFLICT DO NOTHING`,
    values: [of.brand, of.provider, of.reference, of.playerId, JSON.stringify(uses)],
  });
}

/** What was played of them so far. */
export async function sumUses(db: Db, of: Spoken): Promise<Played> {
  const [row] = await db.query<{
    rounds: bigint;
    won: string;
    told: bigint;
    settled: boolean | null;
    finished: Finished | null;
  }>(
    `SELECT coalesce(sum(rounds) FILTER (WHERE NOT rolled_back), 0) AS rounds,
       coalesce(sum(won) FILTER (WHERE NOT rolled_back), 0) AS won, count(*) AS told,
       (array_agg(settled ORDER BY number DESC))[1] AS settled,
       (array_agg(finished ORDER BY number) FILTER (WHERE finished IS NOT NULL))[1] AS finished
     FROM free_round_use WHERE brand = $1 AND provider = $2 AND reference = $3 AND player_id = $4`,
    [of.brand, of.provider, of.reference, of.playerId],
  );
  return {
    rounds: Number(row?.rounds ?? 0n),
    won: BigInt(row?.won ?? 0),
    any: (row?.told ?? 0n) > 0n,
    settled: row?.settled ?? false,
    ...(row?.finished && { finished: row.finished }),
  };
}

/** What wins of these rounds have paid: that of one movement, and all others together. */
export async function findPaid(
  db: Db,
  of: Spoken,
  movementId: string,
): Promise<{ others: number; own?: { won: number; total: number } }> {
  const [row] = await db.query<{ others: string; own: bigint | null; total: bigint | null }>(
    `SELECT coalesce(sum(won) FILTER (WHERE movement_id <> $5 AND NOT rolled_back), 0) AS others,
       max(won) FILTER (WHERE movement_id = $5) AS own, max(total) FILTER (WHERE movement_id = $5) AS total
     FROM free_round_use WHERE brand = $1 AND provider = $2 AND reference = $3 AND player_id = $4 AND kind = 'win'`,
    [of.brand, of.provider, of.reference, of.playerId, movementId],
  );
  const { others, own, total } = row!;
  const isKnown = own !== null && total !== null;
  return { others: Number(others), ...(isKnown && { own: { won: Number(own), total: Number(total) } }) };
}

/** Marks the movements behind these postings of ours as taken back; answers whose free rounds they were of. */
export async function rollBackUses(db: Db, transactionIds: readonly string[]): Promise<Spoken[]> {
  if (transactionIds.length === 0) return [];
  const rows = await db.query<{ brand: string; provider: string; reference: string; player_id: string }>({
    name: 'roll-back-free-round-uses',
    text: `UPDATE free_round_use SET rolled_back = true WHERE transaction_id = ANY ($1::uuid[])
           RETURNING brand, provider, reference, player_id`,
    values: [transactionIds],
  });
  return rows.map(({ player_id: playerId, ...rest }) => ({ ...rest, playerId }));
}

/** Forgets what was told of rounds that were never granted here, after 90 days; answers how many. */
export async function pruneStrayUses(db: Db, limit: number): Promise<number> {
  const rows = await db.query(
    `DELETE FROM free_round_use WHERE ctid = ANY (ARRAY(
       SELECT u.ctid FROM free_round_use u
       WHERE u.at < clock_timestamp() - interval '90 days' AND NOT EXISTS (
         SELECT 1 FROM free_rounds f
         WHERE f.brand = u.brand AND f.provider = u.provider AND f.reference = u.reference)
       LIMIT $1))
     RETURNING 1`,
    [limit],
  );
  return rows.length;
}
