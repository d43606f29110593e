import type { Db } from '@baize/persistence';
import { checkpointDigest, type SealedCheckpoint } from '../../domain/checkpoints';
import type { Finding, Step } from './finding';

const checkpointsPerStep = 200;

/** Whether one of the ledger's keys signed it. */
export type IsGenuine = (checkpoint: SealedCheckpoint) => boolean;

interface CheckpointRow extends SealedCheckpoint {
  readonly segments: bigint;
  readonly found: bigint;
  readonly content: Buffer | null;
}

/**
 * Follows the chain of signed checkpoints over all seals. Who changes the journal and its seals alike cannot sign again;
 * who cuts off the newest checkpoints with what they seal is found by those that were kept elsewhere.
 */
export async function* verifyCheckpoints(
  db: Db,
  isGenuine: IsGenuine | undefined,
  kept: readonly SealedCheckpoint[],
): AsyncGenerator<Step> {
  let previous: Buffer | null = null;
  const keptByNumber = new Map(kept.map((one) => [one.number, one]));
  let number = 0n;
  for (;;) {
    const page: CheckpointRow[] = await readPage(db, number);
    const findings: Finding[] = [];
    for (const row of page) {
      findings.push(
        ...judge(row, { previous, expected: number + 1n, isGenuine, kept: keptByNumber.get(row.number) }),
      );
      previous = Buffer.from(row.digest, 'hex');
      number = row.number;
      keptByNumber.delete(row.number);
    }
    yield { checked: page.length, findings };
    if (page.length === 0) break;
  }
  yield { checked: 0, findings: [...beyond(keptByNumber.values(), isGenuine), ...(await unsigned(db))] };
}

function judge(
  row: CheckpointRow,
  known: {
    previous: Buffer | null;
    expected: bigint;
    isGenuine: IsGenuine | undefined;
    kept: SealedCheckpoint | undefined;
  },
): Finding[] {
  const problems: string[] = [];
  if (row.number !== known.expected) problems.push(`checkpoint ${known.expected} is missing`);
  if (row.found !== row.segments)
    problems.push(`${row.segments - row.found} of its ${row.segments} seals are gone`);
  else if (!row.content || checkpointDigest(known.previous, row.number, row.content) !== row.digest) {
    problems.push('its seals, or the checkpoint before, are not those that were signed');
  }
  if (known.isGenuine && !known.isGenuine(row)) problems.push('none of the keys signed it');
  if (known.kept && known.kept.digest !== row.digest)
    problems.push('it is not the one that was kept elsewhere');
  return problems.map((problem) => ({ check: 'checkpoints', where: String(row.number), problem }));
}

/** What was kept elsewhere and is not here any more; a text that nobody signed proves nothing. */
function beyond(kept: Iterable<SealedCheckpoint>, isGenuine: IsGenuine | undefined): Finding[] {
  return [...kept]
    .filter((one) => !isGenuine || isGenuine(one))
    .map(({ number }) => ({
      check: 'checkpoints',
      where: String(number),
      problem: 'kept elsewhere, gone here',
    }));
}

/** Only the last checkpoint's transaction may be going on: seals of later numbers were put there by somebody else. */
async function unsigned(db: Db): Promise<Finding[]> {
  const rows = await db.query<{ number: bigint }>(
    `SELECT DISTINCT checkpoint AS number FROM journal_seal
     WHERE checkpoint > (SELECT coalesce(max(number), 0) FROM seal_checkpoint) LIMIT 100`,
  );
  return rows.map(({ number }) => ({
    check: 'checkpoints',
    where: String(number),
    problem: 'seals that nobody signed',
  }));
}

function readPage(db: Db, after: bigint): Promise<CheckpointRow[]> {
  return db.query<CheckpointRow>(
    `SELECT c.number, c.segments, encode(c.digest, 'hex') AS digest, c.sealed_at AS "sealedAt", c.key_id AS "keyId",
       encode(c.signature, 'base64') AS signature, s.found, s.content
     FROM (SELECT * FROM seal_checkpoint WHERE number > $1 ORDER BY number LIMIT ${checkpointsPerStep}) c
     CROSS JOIN LATERAL (
       SELECT count(*) AS found, sha256(string_agg(hash, ''::bytea ORDER BY player_id, currency COLLATE "C")) AS content
       FROM journal_seal WHERE checkpoint = c.number) s
     ORDER BY c.number`,
    [after],
  );
}
