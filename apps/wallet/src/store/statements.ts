import type { StatementLine } from '@baize/contracts';
import type { Db } from '@baize/persistence';
import { type JournalRow, journalColumns, toTransaction } from './transactions';

/** A wallet that is known to exist. */
export interface WalletRef {
  readonly playerId: string;
  readonly currency: string;
}

/** Which lines of a wallet a period has: those above `after`, up to `last`. */
export interface Period {
  readonly from: Date;
  readonly to: Date;
  readonly after: bigint;
  readonly last: bigint;
}

/** The lines that the journal has of the period by now. Without an end it ends now, without a beginning 30 days before. */
export async function findPeriod(
  db: Db,
  { playerId, currency }: WalletRef,
  { from, to }: { readonly from?: Date; readonly to?: Date },
): Promise<Period> {
  const [row] = await db.query<Period>({
    name: 'statement-period',
    text: `WITH period AS (
             SELECT coalesce($3::timestamptz, p.to - interval '30 days') AS from, p.to
             FROM (SELECT coalesce($4::timestamptz, date_trunc('milliseconds', now())) AS to) p)
           SELECT "from", "to", sequence_before($1, $2, "from") AS after, sequence_before($1, $2, "to") AS last FROM period`,
    values: [playerId, currency, from ?? null, to ?? null],
  });
  return row!;
}

/** The total of the wallet after that line; 0 before the first. */
export async function balanceAt(
  db: Db,
  { playerId, currency }: WalletRef,
  sequence: bigint,
): Promise<bigint> {
  const [row] = await db.query<{ balance: bigint }>({
    name: 'statement-balance',
    text: `SELECT balance_after AS balance FROM journal WHERE player_id = $1 AND currency = $2 AND sequence = $3`,
    values: [playerId, currency, sequence],
  });
  return row?.balance ?? 0n;
}

interface LineRow extends JournalRow {
  game_id: string | null;
  session_id: string | null;
  actor: string;
  source: string | null;
}

/** Lines above `after` up to `last`, oldest first. */
export async function listLines(
  db: Db,
  { playerId, currency }: WalletRef,
  page: { readonly after: bigint; readonly last: bigint; readonly limit: number },
): Promise<StatementLine[]> {
  const rows = await db.query<LineRow>({
    name: 'statement-lines',
    text: `SELECT ${journalColumns}, game_id, session_id, actor, source FROM journal
           WHERE player_id = $1 AND currency = $2 AND sequence > $3 AND sequence <= $4 ORDER BY sequence LIMIT $5`,
    values: [playerId, currency, page.after, page.last, page.limit],
  });
  return rows.map(toLine);
}

/**
 * Not a literal that spreads the transaction: V8 puts such copies among what lives long, and half a million lines that
 * nobody needs any more would stay until the whole heap is collected.
 */
function toLine(row: LineRow): StatementLine {
  return Object.assign(toTransaction(row), {
    gameId: row.game_id ?? undefined,
    sessionId: row.session_id ?? undefined,
    actor: row.actor,
    source: row.source ?? undefined,
  });
}
