import type { Db } from '@baize/persistence';
import { nobody, type Finding, type Step } from './finding';

const segmentsPerStep = 500;
const linesPerStep = 10_000;

interface SegmentRow {
  readonly playerId: string;
  readonly currency: string;
  readonly last: bigint;
  readonly lines: bigint;
  readonly problem: string | null;
}

/**
 * Hashes every sealed segment again and follows the chain of each wallet: a line that was edited, deleted, put elsewhere
 * or cut off after it was sealed is found here, whatever else was made to agree with it.
 */
export async function* verifySeals(db: Db): AsyncGenerator<Step> {
  for (let at: readonly [string, string, bigint] = [nobody, '', 0n]; ;) {
    const segments = await db.query<SegmentRow>(segmentsSql, [...at]);
    const findings = segments.flatMap(({ playerId, currency, problem }): Finding[] =>
      problem === null ? [] : [{ check: 'seals', where: `${playerId} ${currency}`, problem }],
    );
    yield { checked: segments.reduce((sum, { lines }) => sum + Number(lines), 0), findings };
    const end = segments[segments.length - 1];
    if (!end) return;
    at = [end.playerId, end.currency, end.last];
  }
}

// The first segment of a page is taken whatever its length, so that the next page is always a later one.
const segmentsSql = `
  WITH page AS MATERIALIZED (
    SELECT * FROM (
      SELECT *, sum(last_sequence - first_sequence + 1) OVER key - (last_sequence - first_sequence + 1) AS lines_before
      FROM (SELECT * FROM journal_seal WHERE (player_id, currency, last_sequence) > ($1, $2, $3)
            ORDER BY player_id, currency, last_sequence LIMIT ${segmentsPerStep}) s
      WINDOW key AS (ORDER BY player_id, currency, last_sequence)) s
    WHERE lines_before < ${linesPerStep}
  ), archived AS MATERIALIZED (
    SELECT coalesce(max(month) + interval '1 month', '-infinity')::timestamp AT TIME ZONE 'UTC' AS upto FROM archived_entry_total
  )
  SELECT s.player_id AS "playerId", s.currency, s.last_sequence AS last, s.last_sequence - s.first_sequence + 1 AS lines,
    CASE
      WHEN s.first_sequence <> coalesce(b.last_sequence, 0) + 1
        THEN format('no seal covers the lines from %s to %s', coalesce(b.last_sequence, 0) + 1, s.first_sequence - 1)
      WHEN r.lines <> s.last_sequence - s.first_sequence + 1
        THEN format('%s of the sealed lines from %s to %s are gone',
          s.last_sequence - s.first_sequence + 1 - r.lines, s.first_sequence, s.last_sequence)
      WHEN r.lines_hash <> s.lines_hash
        THEN format('a line from %s to %s is not what was sealed', s.first_sequence, s.last_sequence)
      WHEN r.entries_hash <> s.entries_hash AND NOT EXISTS (
          SELECT FROM journal j, archived WHERE j.player_id = s.player_id AND j.currency = s.currency
            AND j.sequence BETWEEN s.first_sequence AND s.last_sequence AND j.created_at < archived.upto)
        THEN format('an entry of the lines from %s to %s is not what was sealed', s.first_sequence, s.last_sequence)
      WHEN s.hash <> segment_hash(b.hash, s.player_id, s.currency, s.first_sequence, s.last_sequence, s.lines_hash, s.entries_hash)
        THEN format('the seal of the lines from %s to %s is not the one of its chain', s.first_sequence, s.last_sequence)
    END AS problem
  FROM page s
  CROSS JOIN LATERAL hash_lines(s.player_id, s.currency, s.first_sequence, s.last_sequence) r
  LEFT JOIN LATERAL (
    SELECT last_sequence, hash FROM journal_seal b
    WHERE b.player_id = s.player_id AND b.currency = s.currency AND b.last_sequence < s.last_sequence
    ORDER BY b.last_sequence DESC LIMIT 1) b ON true
  ORDER BY s.player_id, s.currency, s.last_sequence`;
