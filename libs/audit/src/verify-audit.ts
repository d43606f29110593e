import type { Db } from '@baize/persistence';
import { digestOf, genesisOf, sealedColumns, type SealedText } from './chain';
import type { CheckpointKeys, SignedCheckpoint } from './signing';

/**
 * What is wrong with the log:
 * - `altered`: an entry is not what was sealed here: edited, or moved to another place
 * - `deleted`: an entry or its seal is gone from the middle
 * - `truncated`: a signed checkpoint lies beyond the end of the chain
 * - `rewritten`: the chain is sound in itself, but it is not the one that was signed
 * - `forged-checkpoint`: a checkpoint that none of the keys signed
 * - `unsigned`: the chain goes on after its last genuine checkpoint
 * - `slipped-in`: an entry that claims to be older than the sealed horizon and has no seal
 */
export interface AuditFinding {
  readonly kind:
    'altered' | 'deleted' | 'truncated' | 'rewritten' | 'forged-checkpoint' | 'unsigned' | 'slipped-in';
  readonly stream: string;
  readonly position?: bigint;
  readonly entryId?: string;
}

interface SealRow extends Partial<Omit<SealedText, 'stream'>> {
  readonly position: bigint;
  readonly entryId: bigint;
  readonly entryStream: string | null;
  readonly digest: Buffer;
  readonly signedDigest: string | null;
  readonly sealedAt: string;
  readonly keyId: string;
  readonly signature: string;
}

const RANGE = 1_000;

/**
 * Recomputes every chain from the entries and compares it with the seals, the signed checkpoints and the checkpoints
 * that were kept elsewhere: only those show when an end was cut off together with its checkpoints. Reads in short
 * ranges; yields what it finds and, at the end of each stream, how far its chain goes.
 */
export async function* verifyAudit(
  db: Db,
  keys: CheckpointKeys,
  kept: readonly SignedCheckpoint[] = [],
): AsyncGenerator<AuditFinding | { readonly stream: string; readonly entries: bigint }> {
  for (const stream of await findStreams(db, kept)) {
    const chain = new Chain(stream);
    const ends = await findEnds(db, stream);
    while (chain.position < ends.sealed) {
      const rows = await readRange(db, stream, chain.position, ends.sealed);
      if (rows.length === 0) break;
      for (const row of rows) yield* chain.step(row, keys);
    }
    if (chain.position < ends.signed) yield { kind: 'truncated', stream, position: ends.signed };
    if (chain.position > chain.signedTo) yield { kind: 'unsigned', stream, position: chain.signedTo + 1n };
    yield* compareKept(
      db,
      keys,
      kept.filter((checkpoint) => checkpoint.stream === stream),
    );
    yield { stream, entries: chain.position };
  }
  yield* findSlippedIn(db);
}

/** The recomputed chain of one stream, up to a position. */
class Chain {
  position = 0n;
  /** The last position that a genuine checkpoint covers. */
  signedTo = 0n;
  private digest: Buffer;

  constructor(private readonly stream: string) {
    this.digest = genesisOf(stream);
  }

  *step(row: SealRow, keys: CheckpointKeys): Generator<AuditFinding> {
    const { stream } = this;
    const at = { stream, position: row.position, entryId: String(row.entryId) };
    if (row.position !== this.position + 1n) yield { kind: 'deleted', stream, position: this.position + 1n };
    else if (row.entryStream === null) yield { kind: 'deleted', ...at };
    else {
      const entry = { ...(row as unknown as SealedText), stream: row.entryStream };
      const isSealed = digestOf(this.digest, row.position, entry).equals(row.digest);
      if (!isSealed) yield { kind: 'altered', ...at };
    }
    // goes on from what was sealed, so that one wrong entry is one finding
    this.digest = row.digest;
    this.position = row.position;
    if (row.signedDigest === null) return;
    const { position, sealedAt, keyId, signature } = row;
    const checkpoint = { stream, position, digest: row.signedDigest, sealedAt, keyId, signature };
    if (!keys.isGenuine(checkpoint)) yield { kind: 'forged-checkpoint', ...at };
    else {
      this.signedTo = position;
      if (checkpoint.digest !== row.digest.toString('hex')) yield { kind: 'rewritten', ...at };
    }
  }
}

async function findStreams(db: Db, kept: readonly SignedCheckpoint[]): Promise<string[]> {
  const rows = await db.query<{ stream: string }>(
    'SELECT DISTINCT stream FROM audit_checkpoint UNION SELECT DISTINCT stream FROM audit_seal',
  );
  return [...new Set([...rows, ...kept].map(({ stream }) => stream))].sort();
}

/** In one statement: what is sealed while this runs is left to the next time. */
async function findEnds(db: Db, stream: string): Promise<{ sealed: bigint; signed: bigint }> {
  const [row] = await db.query<{ sealed: bigint; signed: bigint }>(
    `SELECT coalesce((SELECT max(position) FROM audit_seal WHERE stream = $1), 0) AS sealed,
       coalesce((SELECT max(position) FROM audit_checkpoint WHERE stream = $1), 0) AS signed`,
    [stream],
  );
  return row!;
}

function readRange(db: Db, stream: string, after: bigint, upTo: bigint): Promise<SealRow[]> {
  return db.query<SealRow>(
    `SELECT s.position, s.entry_id AS "entryId", s.digest, encode(c.digest, 'hex') AS "signedDigest",
       c.sealed_at AS "sealedAt", c.key_id AS "keyId", encode(c.signature, 'base64') AS signature,
       e.stream AS "entryStream", ${sealedColumns}
     FROM audit_seal s LEFT JOIN audit_entry e ON e.id = s.entry_id
       LEFT JOIN audit_checkpoint c ON c.stream = s.stream AND c.position = s.position
     WHERE s.stream = $1 AND s.position > $2 AND s.position <= $3 ORDER BY s.position LIMIT ${RANGE}`,
    [stream, after, upTo],
  );
}

/** Checkpoints that were kept elsewhere must be genuine and lie on the chain. */
async function* compareKept(
  db: Db,
  keys: CheckpointKeys,
  kept: readonly SignedCheckpoint[],
): AsyncGenerator<AuditFinding> {
  for (const checkpoint of kept) {
    const { stream, position } = checkpoint;
    if (!keys.isGenuine(checkpoint)) {
      yield { kind: 'forged-checkpoint', stream, position };
      continue;
    }
    const [seal] = await db.query<{ digest: string }>(
      `SELECT encode(digest, 'hex') AS digest FROM audit_seal WHERE stream = $1 AND position = $2`,
      [stream, position],
    );
    if (!seal) yield { kind: 'truncated', stream, position };
    else if (seal.digest !== checkpoint.digest) yield { kind: 'rewritten', stream, position };
  }
}

async function* findSlippedIn(db: Db): AsyncGenerator<AuditFinding> {
  let after = 0n;
  for (;;) {
    const rows = await db.query<{ id: bigint; stream: string; lost: boolean }>(
      `SELECT e.id, e.stream, s.entry_id IS NULL AND e.xid < h.horizon AS lost
       FROM audit_horizon h, audit_entry e LEFT JOIN audit_seal s ON s.entry_id = e.id
       WHERE e.id > $1 ORDER BY e.id LIMIT ${RANGE}`,
      [after],
    );
    for (const { id, stream, lost } of rows) {
      if (lost) yield { kind: 'slipped-in', stream, entryId: String(id) };
      after = id;
    }
    if (rows.length < RANGE) return;
  }
}
