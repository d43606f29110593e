import type { Db } from '@baize/persistence';
import { nobody, type Finding, type Step } from './finding';

const entriesPerStep = 5_000;

interface Sum {
  readonly account: string;
  readonly amount: string;
}

interface Page {
  readonly lastId: string | null;
  readonly lastAccount: string;
  readonly entries: bigint;
  readonly sums: readonly Sum[] | null;
  readonly strays: readonly string[] | null;
}

/**
 * Recomputes every account of the house from all entries, those of archived months by their totals, and finds entries
 * that belong to no movement. The balances are compared as they were rolled up when it began.
 */
export async function* verifyHouse(db: Db): AsyncGenerator<Step> {
  const [rolledUp] = await db.query<{ horizon: bigint; balances: readonly Sum[] | null }>(
    `SELECT transaction AS horizon, (SELECT json_agg(json_build_object(
       'account', concat_ws(' ', brand, account, party, currency), 'amount', balance::text)) FROM house_balance) AS balances
     FROM house_horizon`,
  );
  const archived = await db.query<Sum>(
    `SELECT concat_ws(' ', brand, account, party, currency) AS account, sum(amount)::text AS amount
     FROM archived_entry_total WHERE brand <> '' GROUP BY 1`,
  );
  const sums = new Map<string, bigint>();
  const add = ({ account, amount }: Sum) => sums.set(account, (sums.get(account) ?? 0n) + BigInt(amount));
  archived.forEach(add);
  for (const partition of await entryPartitions(db)) {
    for (let at: readonly [string, string] = [nobody, 'real']; ;) {
      const page = await readPage(db, partition, { at, below: rolledUp!.horizon });
      page.sums?.forEach(add);
      const strays = (page.strays ?? []).map((id): Finding => {
        return { check: 'entries', where: id, problem: 'entries that belong to no movement' };
      });
      yield { checked: Number(page.entries), findings: strays };
      if (page.lastId === null) break;
      at = [page.lastId, page.lastAccount];
    }
  }
  yield { checked: 0, findings: compare(sums, rolledUp!.balances ?? []) };
  yield* verifyTransfers(db);
}

/** The months that are attached; names come from the catalogue, quoted there. */
function entryPartitions(db: Db): Promise<string[]> {
  return db
    .query<{ name: string }>(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'entry'::regclass ORDER BY 1`,
    )
    .then((rows) => rows.map(({ name }) => name));
}

async function readPage(
  db: Db,
  partition: string,
  { at, below }: { at: readonly [string, string]; below: bigint },
): Promise<Page> {
  const [page] = await db.query<Page>(
    `WITH page AS MATERIALIZED (
       SELECT * FROM ${partition} WHERE (journal_id, account) > ($1, $2::ledger_account)
       ORDER BY journal_id, account LIMIT ${entriesPerStep}
     )
     SELECT (SELECT count(*) FROM page) AS entries,
       (SELECT journal_id FROM page ORDER BY journal_id DESC, account DESC LIMIT 1) AS "lastId",
       (SELECT account FROM page ORDER BY journal_id DESC, account DESC LIMIT 1) AS "lastAccount",
       (SELECT json_agg(s) FROM (
          SELECT concat_ws(' ', brand, account, party, currency) AS account, sum(amount)::text AS amount FROM page
          WHERE brand IS NOT NULL AND transaction < $3 GROUP BY 1) s) AS sums,
       (SELECT array_agg(DISTINCT journal_id) FROM page p
        WHERE NOT EXISTS (SELECT FROM journal j WHERE j.id = p.journal_id AND j.created_at = p.created_at)
          AND NOT EXISTS (SELECT FROM house_transfer t WHERE t.id = p.journal_id AND t.created_at = p.created_at)) AS strays`,
    [...at, below],
  );
  return page!;
}

function compare(sums: ReadonlyMap<string, bigint>, balances: readonly Sum[]): Finding[] {
  const rolled = new Map(balances.map(({ account, amount }) => [account, BigInt(amount)]));
  return [...new Set([...sums.keys(), ...rolled.keys()])].flatMap((account): Finding[] => {
    const [is, follows] = [rolled.get(account) ?? 0n, sums.get(account) ?? 0n];
    if (is === follows) return [];
    return [
      { check: 'house', where: account, problem: `the balance is ${is}, its entries come to ${follows}` },
    ];
  });
}

async function* verifyTransfers(db: Db): AsyncGenerator<Step> {
  for (let after = nobody; ;) {
    const transfers = await db.query<{ id: string; wrong: boolean }>(
      `SELECT t.id, NOT is_archived AND (e.lines, e.total) <> (2, 0) OR e.moved <> t.amount AS wrong
       FROM (SELECT * FROM house_transfer WHERE id > $1 ORDER BY id LIMIT ${entriesPerStep}) t
       CROSS JOIN LATERAL (SELECT t.created_at < coalesce(max(month) + interval '1 month', '-infinity')::timestamp
         AT TIME ZONE 'UTC' AS is_archived FROM archived_entry_total) a
       CROSS JOIN LATERAL (SELECT count(*) AS lines, coalesce(sum(amount), 0) AS total,
           sum(amount) FILTER (WHERE account = t.to_account AND party = t.to_party) AS moved
         FROM entry e WHERE e.journal_id = t.id AND e.created_at = t.created_at) e
       ORDER BY t.id`,
      [after],
    );
    const findings = transfers
      .filter(({ wrong }) => wrong)
      .map(({ id }): Finding => ({
        check: 'house',
        where: id,
        problem: 'the transfer differs from its entries',
      }));
    yield { checked: transfers.length, findings };
    const end = transfers[transfers.length - 1];
    if (!end) return;
    after = end.id;
  }
}
