import type { Db } from '@baize/persistence';
import { checkpointDigest } from '../../src/domain/checkpoints';

/** A line in the middle of its account. */
export interface Line {
  readonly player: string;
  readonly sequence: number;
}

const where = `player_id = $1 AND sequence = $2`;
const of = ({ player, sequence }: Line): [string, number] => [player, sequence];
const run = async (at: Db, sql: string, values: unknown[]) => {
  const rows = await at.query(`${sql} RETURNING 1`, values);
  if (rows.length === 0) throw new Error(`nothing was changed: ${sql}`);
};

/** Changes a line by some money, and everything in the ledger that has to agree with it: all but the seals. */
async function changeConsistently(at: Db, target: Line, by = 1): Promise<void> {
  const [player, sequence] = of(target);
  await run(at, `UPDATE journal SET amount = amount + $3, real = real + $3 WHERE ${where}`, [
    player,
    sequence,
    by,
  ]);
  await run(
    at,
    `UPDATE journal SET balance_after = balance_after + $3 WHERE player_id = $1 AND sequence >= $2`,
    [...[player, sequence, by]],
  );
  const journal = `(SELECT id FROM journal WHERE ${where})`;
  for (const [account, sign] of [
    ['real', 1],
    ['games', -1],
  ] as const) {
    await run(
      at,
      `INSERT INTO entry SELECT id, $4::ledger_account, player_id, currency, $3::bigint,
         CASE $4 WHEN 'games' THEN brand END, CASE $4 WHEN 'games' THEN provider END, 1, created_at FROM journal WHERE ${where}
       ON CONFLICT (journal_id, account, created_at) DO UPDATE SET amount = entry.amount + excluded.amount`,
      [player, sequence, by * sign, account],
    );
  }
  await at.query(`DELETE FROM entry WHERE amount = 0 AND journal_id = ${journal}`, [player, sequence]);
  await run(at, `UPDATE wallet SET real = real + $2 WHERE player_id = $1`, [player, by]);
  await run(at, `UPDATE house_balance SET balance = balance - $1 WHERE account = 'games'`, [by]);
}

/** Hashes everything of a wallet again, as somebody who has the code and the database can. */
async function sealAnew(at: Db, player: string, of?: number): Promise<void> {
  const segments = await at.query<{ first: bigint; last: bigint; number: bigint }>(
    `SELECT first_sequence AS first, last_sequence AS last, checkpoint AS number FROM journal_seal
     WHERE player_id = $1 ORDER BY last_sequence`,
    [player],
  );
  for (const { first, last } of segments) {
    if (of !== undefined && (of < first || of > last)) continue;
    await at.query(
      `UPDATE journal_seal s SET lines_hash = r.lines_hash, entries_hash = r.entries_hash,
         hash = segment_hash((SELECT b.hash FROM journal_seal b WHERE b.player_id = $1 AND b.last_sequence = $2::bigint - 1),
           s.player_id, s.currency, $2, $3, r.lines_hash, r.entries_hash)
       FROM hash_lines($1, 'EUR', $2, $3) r WHERE s.player_id = $1 AND s.last_sequence = $3`,
      [player, first, last],
    );
  }
}

async function signAnew(at: Db): Promise<void> {
  const rows = await at.query<{ number: bigint; content: Buffer }>(
    `SELECT c.number, (SELECT sha256(string_agg(hash, ''::bytea ORDER BY player_id, currency COLLATE "C"))
       FROM journal_seal WHERE checkpoint = c.number) AS content FROM seal_checkpoint c ORDER BY c.number`,
  );
  let previous: Buffer | null = null;
  for (const { number, content } of rows) {
    previous = Buffer.from(checkpointDigest(previous, number, content), 'hex');
    await at.query(`UPDATE seal_checkpoint SET digest = $2 WHERE number = $1`, [number, previous]);
  }
}

/** Cuts off the newest lines of an account, with their entries and balances: everything agrees again. */
async function cutOff(at: Db, player: string, upto: number): Promise<void> {
  const [kept] = await at.query<{ balance: bigint; house: bigint }>(
    `SELECT (SELECT balance_after FROM journal WHERE player_id = $1 AND sequence = $2) AS balance,
       (SELECT coalesce(sum(real), 0)::bigint FROM journal WHERE player_id = $1 AND sequence > $2) AS house`,
    [player, upto],
  );
  await at.query(
    `DELETE FROM entry WHERE journal_id IN (SELECT id FROM journal WHERE player_id = $1 AND sequence > $2)`,
    [player, upto],
  );
  await run(at, `DELETE FROM journal WHERE player_id = $1 AND sequence > $2`, [player, upto]);
  await run(at, `UPDATE wallet SET real = $2, sequence = $3 WHERE player_id = $1`, [
    player,
    kept!.balance,
    upto,
  ]);
  await run(at, `UPDATE house_balance SET balance = balance + $1 WHERE account = 'games'`, [kept!.house]);
}

interface Tampering {
  do: (at: Db, target: Line) => Promise<void>;
  /** The checks that have to find it, whatever the line. */
  found: string[];
  /** No other check could: everything that it compares agrees. */
  alone?: true;
}

/** Ways to change a ledger for somebody who may do anything with its database. */
export const tampering: Record<string, Tampering> = {
  'a word of a line edited': {
    do: (at, target) => run(at, `UPDATE journal SET actor = 'somebody else' WHERE ${where}`, of(target)),
    found: ['seals'],
  },
  'a word of a line edited, with its own seal made anew': {
    do: async (at, target) => {
      await run(at, `UPDATE journal SET actor = 'somebody else' WHERE ${where}`, of(target));
      await sealAnew(at, target.player, target.sequence);
    },
    found: ['checkpoints'],
  },
  'the time of a line edited': {
    do: (at, target) =>
      run(at, `UPDATE journal SET created_at = created_at - interval '1 s' WHERE ${where}`, of(target)),
    found: ['seals'],
  },
  'an amount edited': {
    do: (at, target) => run(at, `UPDATE journal SET amount = amount + 1 WHERE ${where}`, of(target)),
    found: ['accounts', 'seals'],
  },
  'an amount edited, and all that must agree with it': {
    do: (at, target) => changeConsistently(at, target),
    found: ['seals'],
    alone: true,
  },
  'the same, sealed anew': {
    do: async (at, target) => {
      await changeConsistently(at, target);
      await sealAnew(at, target.player);
    },
    found: ['checkpoints'],
    alone: true,
  },
  'the same, with new digests that nobody could sign': {
    do: async (at, target) => {
      await changeConsistently(at, target);
      await sealAnew(at, target.player);
      await signAnew(at);
    },
    found: ['checkpoints'],
    alone: true,
  },
  'a line deleted': {
    do: (at, target) => run(at, `DELETE FROM journal WHERE ${where}`, of(target)),
    found: ['accounts', 'seals'],
  },
  'two lines that changed places': {
    do: async (at, target) => {
      const [player, sequence] = of(target);
      for (const [from, to] of [
        [sequence, 1_000],
        [sequence + 1, sequence],
        [1_000, sequence + 1],
      ]) {
        await run(at, `UPDATE journal SET sequence = $3 WHERE player_id = $1 AND sequence = $2`, [
          player,
          from,
          to,
        ]);
      }
    },
    found: ['seals'],
  },
  'the account cut off, and all that must agree with it': {
    do: (at, { player, sequence }) => cutOff(at, player, sequence),
    found: ['seals'],
    alone: true,
  },
  'the same with its seals': {
    do: async (at, { player, sequence }) => {
      await cutOff(at, player, sequence);
      await run(at, `DELETE FROM journal_seal WHERE player_id = $1 AND last_sequence > $2`, [
        player,
        sequence,
      ]);
    },
    found: ['checkpoints'],
    alone: true,
  },
  'the newest of everything cut off, checkpoints included': {
    do: async (at) => {
      const [last] = await at.query<{ number: bigint }>(`SELECT max(number) AS number FROM seal_checkpoint`);
      const segments = await at.query<{ player: string; first: bigint }>(
        `SELECT player_id AS player, first_sequence AS first FROM journal_seal WHERE checkpoint = $1`,
        [last!.number],
      );
      for (const { player, first } of segments) await cutOff(at, player, Number(first) - 1);
      await run(at, `DELETE FROM journal_seal WHERE checkpoint = $1`, [last!.number]);
      await run(at, `DELETE FROM seal_checkpoint WHERE number = $1`, [last!.number]);
    },
    found: ['checkpoints'],
    alone: true,
  },
  'an entry edited': {
    do: (at) =>
      run(
        at,
        `UPDATE entry SET amount = amount + 1 WHERE ctid = (SELECT min(ctid) FROM entry) AND tableoid =
      (SELECT tableoid FROM entry ORDER BY tableoid, ctid LIMIT 1)`,
        [],
      ),
    found: ['accounts', 'seals'],
  },
  'an entry given to another party': {
    do: (at) => run(at, `UPDATE entry SET party = 'other' WHERE party = 'acme'`, []),
    found: ['house', 'seals'],
  },
  'an entry put in': {
    do: (at) =>
      run(
        at,
        `INSERT INTO entry SELECT gen_random_uuid(), account, player_id, currency, 5, brand, party, transaction, created_at
        FROM (SELECT * FROM entry WHERE brand IS NOT NULL LIMIT 1) e`,
        [],
      ),
    found: ['entries', 'house'],
  },
  'a wallet edited': {
    do: (at, { player }) => run(at, `UPDATE wallet SET real = real + 1 WHERE player_id = $1`, [player]),
    found: ['accounts'],
  },
  'a house account edited': {
    do: (at) => run(at, `UPDATE house_balance SET balance = balance + 1 WHERE account = 'games'`, []),
    found: ['house'],
  },
  'a transfer of the house edited': {
    do: (at) => run(at, `UPDATE house_transfer SET amount = amount + 1`, []),
    found: ['house'],
  },
  'a whole account gone': {
    do: (at, { player }) => run(at, `DELETE FROM journal WHERE player_id = $1`, [player]),
    found: ['accounts', 'entries', 'seals'],
  },
  'a wallet gone': {
    do: (at, { player }) => run(at, `DELETE FROM wallet WHERE player_id = $1`, [player]),
    found: ['accounts'],
  },
  'a seal deleted': {
    do: (at) => run(at, `DELETE FROM journal_seal WHERE ctid = (SELECT min(ctid) FROM journal_seal)`, []),
    found: ['seals', 'checkpoints'],
  },
  'a checkpoint deleted': {
    do: (at) => run(at, `DELETE FROM seal_checkpoint WHERE number = 2`, []),
    found: ['checkpoints'],
  },
  'a checkpoint put in that nobody signed': {
    do: (at) =>
      run(
        at,
        `INSERT INTO seal_checkpoint SELECT number + 1, 0, digest, sealed_at, key_id, signature FROM seal_checkpoint
        ORDER BY number DESC LIMIT 1`,
        [],
      ),
    found: ['checkpoints'],
  },
  'seals that no checkpoint has': {
    do: (at) =>
      run(
        at,
        `INSERT INTO journal_seal SELECT player_id, currency, last_sequence + 1, last_sequence + 1, lines_hash, entries_hash,
        hash, checkpoint + 50 FROM journal_seal ORDER BY last_sequence DESC LIMIT 1`,
        [],
      ),
    found: ['seals', 'checkpoints'],
  },
};
