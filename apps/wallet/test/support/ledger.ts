import { randomUUID } from 'node:crypto';
import type { Database, Db } from '@baize/persistence';
import { zoneAtNoon } from '@baize/testing';
import { ReferenceLedger } from '../../src/domain/reference/reference-ledger';

import { walletKey, type Grant, type Limit } from '../../src/domain/reference/state';
import { applyLimits } from '../../src/store/limits';

/** Opens a player with money, in the database and in the model. */
export async function openPlayer(
  db: Database,
  player: { id?: string; brand?: string; real?: bigint; currency?: string; restrictions?: number },
  model = new ReferenceLedger(),
): Promise<string> {
  const { id = randomUUID(), brand = 'demo', real = 0n, currency = 'EUR', restrictions = 0 } = player;
  await grantLease(db);
  await db.query(
    `INSERT INTO anchor (player_id, brand, default_currency, epoch, restrictions) VALUES ($1, $2, $3, 0, $4)`,
    [id, brand, currency, restrictions],
  );
  await db.query(`INSERT INTO wallet (player_id, currency) VALUES ($1, $2)`, [id, currency]);
  if (real !== 0n) await startWith(db, id, currency, brand, real);
  model.state.anchors.set(id, { brand, restrictions, eventSequence: 0n });
  model.state.wallets.set(walletKey(id, currency), {
    ...{ playerId: id, currency, real, bonus: 0n, locked: 0n },
    sequence: real === 0n ? 0n : 1n,
  });
  return id;
}

/** For ever, or until it is taken away: nobody renews it here. */
export async function grantLease(db: Db, leased = true): Promise<void> {
  const until = leased ? 'infinity' : '-infinity';
  await db.query(`UPDATE fence_lease SET valid_until = $1 WHERE valid_until <> $1`, [until]);
}

/** An opening balance with its journal row and entries, as if it had been migrated from another ledger. */
async function startWith(
  db: Database,
  player: string,
  currency: string,
  brand: string,
  real: bigint,
): Promise<void> {
  await db.query(
    `WITH opened AS (
       INSERT INTO journal (id, player_id, currency, sequence, kind, brand, provider, provider_tx_id, amount, real, bonus,
         locked, forfeited, wagered, balance_after, actor, received_at, created_at)
       VALUES (gen_random_uuid(), $1::uuid, $2, 1, 'deposit', $3, 'opening', $1::uuid::text, $4, $4, 0, 0, 0, 0, $4, 'system', now(), now())
       RETURNING id
     ), lines AS (
       INSERT INTO entry (journal_id, account, player_id, currency, amount, brand, party, transaction, created_at)
       SELECT id, account::ledger_account, $1::uuid, $2, amount, $3, 'opening', pg_current_xact_id()::text::bigint, now()
       FROM opened, (VALUES ('real', $4::bigint), ('payments', -$4::bigint)) v(account, amount)
     )
     UPDATE wallet SET real = $4, sequence = 1 WHERE player_id = $1 AND currency = $2`,
    [player, currency, brand, real],
  );
}

/** A grant that waits for its posting, in the database and in the model. */
export async function reserveGrant(
  db: Database,
  grant: Pick<Grant, 'playerId' | 'amount'> & Partial<Grant>,
  model = new ReferenceLedger(),
): Promise<string> {
  const row: Grant = {
    ...{ id: randomUUID(), currency: 'EUR', status: 'reserved', weightBasisPoints: 10_000n },
    ...{ required: 0n, progress: 0n, timeIsUp: false },
    ...grant,
  };
  await db.query(
    `INSERT INTO bonus_grant (id, player_id, currency, amount, status, max_stake, weight_basis_points, required, progress, expires_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, CASE WHEN $10 THEN now() - interval '1 day' ELSE now() + interval '1 day' END)`,
    [
      ...[row.id, row.playerId, row.currency, row.amount, row.status, row.maxStake ?? null],
      ...[row.weightBasisPoints, row.required, row.progress, row.timeIsUp],
    ],
  );
  model.state.grants.set(row.id, row);
  return row.id;
}

/** Limits by the day in a zone where it is noon, in the database and in the model. */
export async function setLimits(
  db: Database,
  playerId: string,
  limits: readonly Omit<Limit, 'used'>[],
  model = new ReferenceLedger(),
): Promise<void> {
  const timeZone = zoneAtNoon();
  const definitions = limits.map((limit) => ({
    ...limit,
    period: limit.kind === 'stake' ? ('bet' as const) : ('day' as const),
  }));
  await db.transactions.run((tx) => applyLimits(tx, { playerId, epoch: 1, timeZone, limits: definitions }));
  model.state.limits.set(
    playerId,
    limits.map((limit) => ({ ...limit, used: 0n })),
  );
}

/** What must hold for every ledger at every moment; answers the violations. */
export async function violations(db: Database, players: readonly string[] | null = null): Promise<string[]> {
  const rows = await db.query<{ problem: string }>(
    `WITH mine AS (SELECT * FROM wallet WHERE $1::uuid[] IS NULL OR player_id = ANY ($1)),
     lines AS (SELECT e.* FROM entry e JOIN mine USING (player_id, currency))
     SELECT 'entries of ' || journal_id || ' do not sum to zero' AS problem FROM lines GROUP BY journal_id, currency
       HAVING sum(amount) <> 0
     UNION ALL
     SELECT format('balance of %s %s differs from its entries', player_id, account)
     FROM mine CROSS JOIN LATERAL (VALUES ('real', real), ('bonus', bonus), ('locked', locked)) v(account, balance)
     WHERE balance <> (SELECT coalesce(sum(amount), 0) FROM lines e WHERE e.player_id = mine.player_id
       AND e.currency = mine.currency AND e.account = v.account::ledger_account)
     UNION ALL
     SELECT format('sequence of %s has gaps', player_id) FROM mine
     WHERE sequence <> (SELECT count(*) FROM journal j WHERE j.player_id = mine.player_id AND j.currency = mine.currency)
       OR sequence <> (SELECT coalesce(max(sequence), 0) FROM journal j WHERE j.player_id = mine.player_id
         AND j.currency = mine.currency)
     UNION ALL
     SELECT format('events of %s have gaps', a.player_id) FROM anchor a JOIN mine USING (player_id)
     WHERE event_sequence <> (SELECT count(DISTINCT sequence) FROM outbox o WHERE o.partition_key = a.player_id::text)
     UNION ALL
     SELECT format('balance_after of %s is not its running total', player_id) FROM (
       SELECT j.player_id, balance_after, sum(amount) OVER (PARTITION BY j.player_id, j.currency ORDER BY j.sequence) AS total
       FROM journal j JOIN mine USING (player_id, currency)) t WHERE balance_after <> total`,
    [players],
  );
  return rows.map(({ problem }) => problem);
}
