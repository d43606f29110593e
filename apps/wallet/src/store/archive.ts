import type { Database, Db } from '@baize/persistence';

const entriesPerStep = 5_000;
const nobody = '00000000-0000-0000-0000-000000000000';

/** A month of entries, by its partition. */
export interface EntryMonth {
  /** Such as `entry_2026_01`. */
  readonly table: string;
  /** Its first day. */
  readonly month: string;
}

/** Why a month was left where it is. */
export type NotArchived = 'not-rolled-up' | 'not-sealed' | 'not-balanced' | 'busy';

/** The oldest month of entries when it ended so many months ago; months are archived in their order. */
export async function oldestMonth(db: Db, olderThanMonths: number): Promise<EntryMonth | undefined> {
  const [row] = await db.query<EntryMonth>(
    `SELECT "table", to_char(month, 'YYYY-MM-DD') AS month FROM (
       SELECT relname AS table, to_date(right(relname, 7), 'YYYY_MM') AS month
       FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
       WHERE inhparent = 'entry'::regclass AND relname ~ '^entry_[0-9]{4}_[0-9]{2}$' ORDER BY 2 LIMIT 1) oldest
     WHERE month + make_interval(months => 1 + $1) <= (now() AT TIME ZONE 'UTC')`,
    [olderThanMonths],
  );
  return row;
}

interface Total {
  readonly brand: string;
  readonly account: string;
  readonly party: string;
  readonly currency: string;
  readonly amount: string;
  readonly entries: string;
}

/**
 * Detaches a month of entries into the schema `archive` and keeps what they added up to. Only a month that is rolled up,
 * sealed and sums to zero; it does not change any more, so it is read in short steps first and detached in one moment.
 * The journal stays: accounts and statements are read from it, whatever became of the entries.
 */
export async function archiveMonth(database: Database, month: EntryMonth): Promise<NotArchived | undefined> {
  const totals = new Map<string, Total>();
  for (let at: readonly [string, string] = [nobody, 'real']; ;) {
    const page = await readPage(database, month, at);
    if (page.unrolled > 0n) return 'not-rolled-up';
    if (page.unsealed > 0n) return 'not-sealed';
    for (const total of page.totals ?? []) add(totals, total);
    if (page.lastId === null) break;
    at = [page.lastId, page.lastAccount];
  }
  const sums = new Map<string, bigint>();
  for (const { currency, amount } of totals.values()) {
    sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(amount));
  }
  if ([...sums.values()].some((sum) => sum !== 0n)) return 'not-balanced';
  return detach(database, month, [...totals.values()]);
}

function add(totals: Map<string, Total>, total: Total): void {
  const { brand, account, party, currency } = total;
  const key = JSON.stringify([brand, account, party, currency]);
  const sum = totals.get(key);
  totals.set(key, {
    ...total,
    amount: String(BigInt(sum?.amount ?? 0) + BigInt(total.amount)),
    entries: String(BigInt(sum?.entries ?? 0) + BigInt(total.entries)),
  });
}

async function readPage(
  db: Db,
  { table }: EntryMonth,
  at: readonly [string, string],
): Promise<{
  lastId: string | null;
  lastAccount: string;
  unrolled: bigint;
  unsealed: bigint;
  totals: readonly Total[] | null;
}> {
  const [page] = await db.query<Awaited<ReturnType<typeof readPage>>>(
    `WITH page AS MATERIALIZED (
       SELECT * FROM ${table} WHERE (journal_id, account) > ($1, $2::ledger_account)
       ORDER BY journal_id, account LIMIT ${entriesPerStep}
     )
     SELECT (SELECT journal_id FROM page ORDER BY journal_id DESC, account DESC LIMIT 1) AS "lastId",
       (SELECT account FROM page ORDER BY journal_id DESC, account DESC LIMIT 1) AS "lastAccount",
       (SELECT count(*) FROM page, house_horizon h WHERE page.transaction >= h.transaction) AS unrolled,
       (SELECT count(*) FROM page p JOIN journal j ON j.id = p.journal_id WHERE NOT EXISTS (
          SELECT FROM journal_seal s WHERE s.player_id = j.player_id AND s.currency = j.currency
            AND s.last_sequence >= j.sequence)) AS unsealed,
       (SELECT json_agg(t) FROM (
          SELECT coalesce(brand, '') AS brand, account, coalesce(party, '') AS party, currency, sum(amount)::text AS amount,
            count(*)::text AS entries
          FROM page GROUP BY 1, 2, 3, 4) t) AS totals`,
    [...at],
  );
  return page!;
}

/** Postings wait for this lock, so it is given up rather than waited for; another night is as good. */
const lockTimeout = '300ms';

async function detach(
  database: Database,
  { table, month }: EntryMonth,
  totals: readonly Total[],
): Promise<'busy' | undefined> {
  try {
    await database.transactions.run(async (db) => {
      await db.query(`SET LOCAL lock_timeout = '${lockTimeout}'`);
      await db.query(`ALTER TABLE entry DETACH PARTITION ${table}`);
      await db.query(`ALTER TABLE ${table} SET SCHEMA archive`);
      // the triggers of the parent went with it
      await db.query(
        `CREATE TRIGGER entry_append_only BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON archive.${table}
         FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()`,
      );
      await db.query(
        `INSERT INTO archived_entry_total (month, brand, account, party, currency, amount, entries)
         SELECT $1, brand, account::ledger_account, party, currency, amount::numeric, entries::bigint
         FROM json_to_recordset($2) t(brand text, account text, party text, currency text, amount text, entries text)`,
        [month, JSON.stringify(totals)],
      );
    });
    return undefined;
  } catch (error) {
    if ((error as { code?: string }).code === '55P03') return 'busy';
    throw error;
  }
}
