import type { Db } from '@baize/persistence';
import { nobody, type Finding, type Step } from './finding';

const linesPerStep = 2_000;
const walletsPerStep = 2_000;

/** What the lines of one wallet in a page come to, and the wallet as it was in the same moment. */
interface Part {
  readonly playerId: string;
  readonly currency: string;
  readonly first: bigint;
  readonly last: bigint;
  /** The total before the first of them, by that line's own account. */
  readonly before: bigint;
  readonly after: bigint;
  readonly real: bigint;
  readonly bonus: bigint;
  readonly locked: bigint;
  readonly lines: bigint;
  readonly problems: readonly string[] | null;
  readonly wallet: { sequence: string; real: string; bonus: string; locked: string } | null;
}

/** A wallet so far. */
interface Account {
  readonly wallet: Part['wallet'];
  readonly where: string;
  readonly last: bigint;
  readonly balance: bigint;
  readonly real: bigint;
  readonly bonus: bigint;
  readonly locked: bigint;
}

/**
 * Recomputes every wallet from the lines of its account, and every line from its entries: sequences without gaps, running
 * totals, entries that sum to zero and say what the line says. Reads in pages in the order of the index, so that no
 * transaction takes long however long an account is; what is posted meanwhile is checked as far as it was seen.
 */
export async function* verifyAccounts(db: Db): AsyncGenerator<Step> {
  let account: Account | undefined;
  for (let at: readonly [string, string, bigint] = [nobody, '', 0n]; ;) {
    const parts = await readPage(db, at);
    const findings: Finding[] = [];
    for (const part of parts) {
      const where = `${part.playerId} ${part.currency}`;
      if (account && account.where !== where) {
        findings.push(...closing(account));
        account = undefined;
      }
      findings.push(...joining(account, part, where));
      account = joined(account, part, where);
    }
    const end = parts[parts.length - 1];
    if (!end && account) findings.push(...closing(account));
    yield { checked: parts.reduce((sum, { lines }) => sum + Number(lines), 0), findings };
    if (!end) break;
    at = [end.playerId, end.currency, end.last];
  }
  yield* verifyEmptyWallets(db);
}

function joining(account: Account | undefined, part: Part, where: string): Finding[] {
  const problems = [...(part.problems ?? [])];
  const expected = (account?.last ?? 0n) + 1n;
  if (part.first !== expected) problems.push(`line ${expected} is missing`);
  else if (part.before !== (account?.balance ?? 0n)) {
    problems.push(
      `line ${part.first} begins with ${part.before}, the line before ends with ${account?.balance ?? 0n}`,
    );
  }
  return problems.map((problem) => ({ check: 'accounts', where, problem }));
}

function joined(account: Account | undefined, part: Part, where: string): Account {
  const { last, after: balance, wallet } = part;
  const sum = (fund: 'real' | 'bonus' | 'locked') => (account?.[fund] ?? 0n) + part[fund];
  return { where, wallet, last, balance, real: sum('real'), bonus: sum('bonus'), locked: sum('locked') };
}

function closing({ where, wallet, last, real, bonus, locked }: Account): Finding[] {
  if (!wallet) return [{ check: 'accounts', where, problem: 'lines without a wallet' }];
  const findings: Finding[] = [];
  if (BigInt(wallet.sequence) !== last) {
    findings.push({
      check: 'accounts',
      where,
      problem: `the account ends at ${last}, the wallet at ${wallet.sequence}`,
    });
  }
  const [is, follows] = [`${wallet.real}/${wallet.bonus}/${wallet.locked}`, `${real}/${bonus}/${locked}`];
  if (is !== follows)
    findings.push({
      check: 'accounts',
      where,
      problem: `the wallet has ${is}, its lines come to ${follows}`,
    });
  return findings;
}

/** `archived`: months whose entries are in the archive have their lines checked without them. */
function readPage(db: Db, [player, currency, sequence]: readonly [string, string, bigint]): Promise<Part[]> {
  return db.query<Part>({
    name: 'verify-accounts',
    text: `
      WITH archived AS MATERIALIZED (
        SELECT coalesce(max(month) + interval '1 month', '-infinity')::timestamp AT TIME ZONE 'UTC' AS upto
        FROM archived_entry_total
      ), page AS MATERIALIZED (
        SELECT * FROM journal WHERE (player_id, currency, sequence) > ($1, $2, $3)
        ORDER BY player_id, currency, sequence LIMIT ${linesPerStep}
      ), line AS (
        SELECT p.*, p.created_at < archived.upto AS is_archived, e.*,
          lag(p.sequence) OVER account AS sequence_before, lag(p.balance_after) OVER account AS total_before
        FROM page p CROSS JOIN archived CROSS JOIN LATERAL (
          SELECT coalesce(sum(amount), 0) AS e_total, coalesce(sum(amount) FILTER (WHERE account = 'real'), 0) AS e_real,
            coalesce(sum(amount) FILTER (WHERE account = 'bonus'), 0) AS e_bonus,
            coalesce(sum(amount) FILTER (WHERE account = 'locked'), 0) AS e_locked,
            coalesce(bool_and(e.player_id = p.player_id AND e.currency = p.currency), true) AS e_own
          FROM entry e WHERE e.journal_id = p.id AND e.created_at = p.created_at
        ) e
        WINDOW account AS (PARTITION BY p.player_id, p.currency ORDER BY p.sequence)
      )
      SELECT player_id AS "playerId", currency, min(sequence) AS first, max(sequence) AS last, count(*) AS lines,
        (array_agg(balance_after - amount ORDER BY sequence))[1] AS before,
        (array_agg(balance_after ORDER BY sequence DESC))[1] AS after,
        sum(real)::bigint AS real, sum(bonus)::bigint AS bonus, sum(locked)::bigint AS locked,
        array_agg(problem ORDER BY sequence) FILTER (WHERE problem IS NOT NULL) AS problems,
        (SELECT json_build_object('sequence', w.sequence::text, 'real', w.real::text, 'bonus', w.bonus::text,
           'locked', w.locked::text)
         FROM wallet w WHERE w.player_id = line.player_id AND w.currency = line.currency) AS wallet
      FROM line CROSS JOIN LATERAL (SELECT CASE
        WHEN sequence_before <> sequence - 1 THEN format('line %s is missing', sequence_before + 1)
        WHEN total_before <> balance_after - amount
          THEN format('line %s begins with %s, the line before ends with %s', sequence, balance_after - amount, total_before)
        WHEN amount <> real + bonus + locked THEN format('line %s has funds that are not its amount', sequence)
        WHEN NOT is_archived AND (e_total <> 0 OR NOT e_own OR (e_real, e_bonus, e_locked) <> (real, bonus, locked))
          THEN format('line %s differs from its entries', sequence) END AS problem) p
      GROUP BY player_id, currency ORDER BY player_id, currency`,
    values: [player, currency, sequence],
  });
}

/** Wallets that have something although their account has no line. */
async function* verifyEmptyWallets(db: Db): AsyncGenerator<Step> {
  for (let at: readonly [string, string] = [nobody, '']; ;) {
    const wallets = await db.query<{ playerId: string; currency: string; wrong: boolean }>(
      `SELECT w.player_id AS "playerId", w.currency,
         NOT EXISTS (SELECT FROM journal j WHERE j.player_id = w.player_id AND j.currency = w.currency)
           AND (w.sequence, w.real, w.bonus, w.locked) <> (0, 0, 0, 0) AS wrong
       FROM wallet w WHERE (w.player_id, w.currency) > ($1, $2) ORDER BY w.player_id, w.currency LIMIT ${walletsPerStep}`,
      [...at],
    );
    const end = wallets[wallets.length - 1];
    const findings = wallets
      .filter(({ wrong }) => wrong)
      .map(({ playerId, currency }): Finding => {
        return {
          check: 'accounts',
          where: `${playerId} ${currency}`,
          problem: 'the wallet moved, its account has no line',
        };
      });
    yield { checked: 0, findings };
    if (!end) return;
    at = [end.playerId, end.currency];
  }
}
