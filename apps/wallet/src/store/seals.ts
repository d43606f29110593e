import type { Database, Db } from '@baize/persistence';
import { checkpointDigest, type LedgerSigner, type SealedCheckpoint } from '../domain/checkpoints';

/** Of one transaction and checkpoint: at 20 us a line it is short work, whatever was posted. */
const walletsPerCheckpoint = 100;
const linesPerSegment = 200;
/** Of one look for wallets that moved. */
const transactionsPerWindow = 2_000;
const nobody = '00000000-0000-0000-0000-000000000000';

interface WalletKey {
  readonly playerId: string;
  readonly currency: string;
}

/** What one step sealed, and how long the database worked for it. */
export interface Sealed {
  readonly checkpoint: SealedCheckpoint;
  readonly lines: bigint;
  readonly workMs: number;
}

export interface Sealing {
  /** Told of every checkpoint as soon as it is committed; the next step waits for it. */
  readonly onSealed: (sealed: Sealed) => Promise<void> | void;
  /** Ends after the step in hand; what is left is sealed the next time. */
  readonly signal?: AbortSignal;
}

/**
 * Seals the wallets that the next window of finished transactions moved, behind the horizon and never with a posting.
 * @returns whether there is more to do
 */
export async function sealNext(database: Database, signer: LedgerSigner, sealing: Sealing): Promise<boolean> {
  const [window] = await database.query<{ from: bigint; upto: bigint; behind: boolean }>(
    `SELECT transaction AS from, least(top, transaction + $1) AS upto, top > transaction + $1 AS behind
     FROM seal_horizon, LATERAL (SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint AS top) s`,
    [transactionsPerWindow],
  );
  if (!window || window.from >= window.upto) return false;
  const wallets = await database.query<WalletKey>(
    `SELECT DISTINCT player_id AS "playerId", currency FROM entry
     WHERE transaction >= $1 AND transaction < $2 AND brand IS NULL`,
    [window.from, window.upto],
  );
  // Cut off, the window stays where it is: what it still has would be found by no other.
  if (!(await sealWallets(database, signer, wallets, sealing))) return false;
  await database.query(`UPDATE seal_horizon SET transaction = $1 WHERE transaction < $1`, [window.upto]);
  return window.behind;
}

/** Seals what no window showed: zero bets and wins have no entries, and older lines come from before there were seals. */
export async function sealStragglers(
  database: Database,
  signer: LedgerSigner,
  sealing: Sealing,
): Promise<void> {
  for (let after: WalletKey = { playerId: nobody, currency: '' }; ;) {
    const page = await database.query<WalletKey & { open: boolean }>(
      `SELECT w.player_id AS "playerId", w.currency, w.sequence > coalesce((
         SELECT max(s.last_sequence) FROM journal_seal s WHERE s.player_id = w.player_id AND s.currency = w.currency), 0) AS open
       FROM wallet w WHERE (w.player_id, w.currency) > ($1, $2) ORDER BY w.player_id, w.currency LIMIT 1000`,
      [after.playerId, after.currency],
    );
    const last = page[page.length - 1];
    if (!last) return;
    const moved = page.filter(({ open }) => open);
    if (!(await sealWallets(database, signer, moved, sealing))) return;
    after = last;
  }
}

/** @returns whether it came to its end */
async function sealWallets(
  database: Database,
  signer: LedgerSigner,
  wallets: readonly WalletKey[],
  { onSealed, signal }: Sealing,
): Promise<boolean> {
  for (let at = 0; at < wallets.length; at += walletsPerCheckpoint) {
    const some = wallets.slice(at, at + walletsPerCheckpoint);
    for (let more = true; more;) {
      if (signal?.aborted) return false;
      const startedAt = Date.now();
      const sealed = await database.transactions.run((db) => sealSome(db, signer, some));
      if (sealed) await onSealed({ ...sealed, workMs: Date.now() - startedAt });
      more = sealed?.more ?? false;
    }
  }
  return true;
}

/** One segment for each of the wallets that has new lines, and the checkpoint over them. */
async function sealSome(
  db: Db,
  signer: LedgerSigner,
  wallets: readonly WalletKey[],
): Promise<{ checkpoint: SealedCheckpoint; lines: bigint; more: boolean } | undefined> {
  // Whoever else seals waits here: a wallet's chain has one end, and so has that of the checkpoints. What they left is
  // read by a later statement, whose snapshot is from after the wait.
  await db.query(`SELECT FROM seal_horizon FOR UPDATE`);
  const [head] = await db.query<{ number: bigint; digest: Buffer | null; sealedAt: string }>(
    `SELECT coalesce(c.number, 0) + 1 AS number, c.digest,
       to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "sealedAt"
     FROM (SELECT) one LEFT JOIN (SELECT number, digest FROM seal_checkpoint ORDER BY number DESC LIMIT 1) c ON true`,
  );
  const [made] = await db.query<{ segments: bigint; content: Buffer | null; lines: bigint; more: boolean }>(
    sealSql,
    [wallets.map(({ playerId }) => playerId), wallets.map(({ currency }) => currency), head!.number],
  );
  if (!made?.content) return undefined;
  const digest = checkpointDigest(head!.digest, head!.number, made.content);
  const checkpoint = signer.sign({ number: head!.number, digest, sealedAt: head!.sealedAt });
  await db.query(
    `INSERT INTO seal_checkpoint (number, segments, digest, sealed_at, key_id, signature)
     VALUES ($1, $2, decode($3, 'hex'), $4, $5, decode($6, 'base64'))`,
    [
      ...[checkpoint.number, made.segments, checkpoint.digest],
      ...[checkpoint.sealedAt, checkpoint.keyId, checkpoint.signature],
    ],
  );
  return { checkpoint, lines: made.lines, more: made.more };
}

// A wallet with a gap is left as it is: the verification says what is missing, a seal would hide it.
const sealSql = `
  WITH head AS (
    SELECT k.player_id, k.currency, coalesce(s.last_sequence, 0) AS sealed, s.hash
    FROM unnest($1::uuid[], $2::text[]) k(player_id, currency)
    LEFT JOIN LATERAL (
      SELECT last_sequence, hash FROM journal_seal s WHERE s.player_id = k.player_id AND s.currency = k.currency
      ORDER BY last_sequence DESC LIMIT 1) s ON true
  ), made AS (
    INSERT INTO journal_seal (player_id, currency, first_sequence, last_sequence, lines_hash, entries_hash, hash, checkpoint)
    SELECT h.player_id, h.currency, h.sealed + 1, r.last, r.lines_hash, r.entries_hash,
      segment_hash(h.hash, h.player_id, h.currency, h.sealed + 1, r.last, r.lines_hash, r.entries_hash), $3
    FROM head h CROSS JOIN LATERAL hash_lines(h.player_id, h.currency, h.sealed + 1, h.sealed + ${linesPerSegment}) r
    WHERE r.lines > 0 AND r.lines = r.last - h.sealed
    RETURNING *
  )
  SELECT count(*) AS segments, sha256(string_agg(hash, ''::bytea ORDER BY player_id, currency COLLATE "C")) AS content,
    coalesce(sum(last_sequence - first_sequence + 1), 0)::bigint AS lines,
    coalesce(bool_or(last_sequence - first_sequence + 1 = ${linesPerSegment}), false) AS more
  FROM made`;
