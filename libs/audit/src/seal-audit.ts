import type { Database, Db } from '@baize/persistence';
import { digestOf, genesisOf, sealedColumns, type SealedText } from './chain';
import type { AuditSigner, SignedCheckpoint } from './signing';

const BATCH = 1_000;

/**
 * Gives finished entries their places in the chains of their streams, at most 1,000 at a time, and signs how far each
 * chain went. Answers the signed checkpoints; whoever keeps them elsewhere can prove later that nothing is gone.
 * One replica seals at a time, the others find the horizon taken and do nothing.
 */
export async function sealAudit(database: Database, signer: AuditSigner): Promise<SignedCheckpoint[]> {
  return database.transactions.run(async (db) => {
    const [taken] = await db.query<{ horizon: string; next: string; now: string }>(
      // Every transaction below `next` is finished, so a later statement sees all that it wrote.
      `SELECT horizon::text AS horizon, pg_snapshot_xmin(pg_current_snapshot())::text AS next,
         to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS now
       FROM audit_horizon FOR UPDATE SKIP LOCKED`,
    );
    if (!taken) return [];
    const entries = await findUnsealed(db, taken.horizon, taken.next);
    if (entries.length === 0) return [];
    const checkpoints: SignedCheckpoint[] = [];
    for (const [stream, chained] of byStream(entries)) {
      const last = await sealStream(db, stream, chained);
      const checkpoint = signer.sign({ stream, ...last, sealedAt: taken.now });
      await insertCheckpoint(db, checkpoint);
      checkpoints.push(checkpoint);
    }
    // A full batch may have left some of the window behind; what is sealed already is told by its seal.
    if (entries.length < BATCH) await db.query('UPDATE audit_horizon SET horizon = $1', [taken.next]);
    return checkpoints;
  });
}

/** In the order of their ids, not of their transactions: an xid is drawn before its transaction waits for locks. */
async function findUnsealed(db: Db, from: string, below: string): Promise<SealedText[]> {
  return db.query<SealedText>(
    `SELECT ${sealedColumns} FROM audit_entry e
     WHERE e.xid >= $1 AND e.xid < $2 AND NOT EXISTS (SELECT FROM audit_seal s WHERE s.entry_id = e.id)
     ORDER BY e.id LIMIT ${BATCH}`,
    [from, below],
  );
}

function byStream(entries: readonly SealedText[]): Map<string, SealedText[]> {
  const streams = new Map<string, SealedText[]>();
  for (const entry of entries) {
    const known = streams.get(entry.stream);
    if (known) known.push(entry);
    else streams.set(entry.stream, [entry]);
  }
  return streams;
}

async function sealStream(
  db: Db,
  stream: string,
  entries: readonly SealedText[],
): Promise<{ position: bigint; digest: string }> {
  const [head] = await db.query<{ position: bigint; digest: Buffer }>(
    'SELECT position, digest FROM audit_seal WHERE stream = $1 ORDER BY position DESC LIMIT 1',
    [stream],
  );
  let { position, digest } = head ?? { position: 0n, digest: genesisOf(stream) };
  const seals = entries.map((entry) => {
    position += 1n;
    digest = digestOf(digest, position, entry);
    return { position, entryId: entry.id, digest };
  });
  await db.query(
    `INSERT INTO audit_seal (stream, position, entry_id, digest)
     SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::bytea[])`,
    [
      stream,
      seals.map((seal) => seal.position),
      seals.map((seal) => seal.entryId),
      seals.map((seal) => seal.digest),
    ],
  );
  return { position, digest: digest.toString('hex') };
}

async function insertCheckpoint(db: Db, checkpoint: SignedCheckpoint): Promise<void> {
  const { stream, position, digest, sealedAt, keyId, signature } = checkpoint;
  await db.query(
    `INSERT INTO audit_checkpoint (stream, position, digest, sealed_at, key_id, signature)
     VALUES ($1, $2, decode($3, 'hex'), $4, $5, decode($6, 'base64'))`,
    [stream, position, digest, sealedAt, keyId, signature],
  );
}
