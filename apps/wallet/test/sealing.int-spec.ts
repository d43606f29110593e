import type { Database } from '@baize/persistence';
import { waitFor } from '@baize/testing';
import { sealNext, type Sealing } from '../src/store/seals';
import { SealedLedger } from './support/sealed-ledger';
import { useLedger } from './support/use-ledger';

let db: Database;
let player: string;
useLedger((ledger) => ({ db, player } = ledger));

/** Several steps of sealing. */
const lines = 700;

/** A long account, as a hot player has one when nothing was sealed for a while. */
const playLong = () =>
  db.query(
    `WITH line AS (
       INSERT INTO journal (id, player_id, currency, sequence, kind, brand, provider, provider_tx_id, amount, real, bonus,
         locked, forfeited, wagered, balance_after, actor, received_at, created_at)
       SELECT gen_random_uuid(), $1, 'EUR', n, 'win', 'demo', 'acme', n::text, 5, 5, 0, 0, 0, 0, 1000 + 5 * (n - 1), 'system',
         now(), now() FROM generate_series(2, $2::bigint) n
       RETURNING *
     ), entries AS (
       INSERT INTO entry SELECT id, account::ledger_account, player_id, currency, change,
         CASE account WHEN 'games' THEN brand END, CASE account WHEN 'games' THEN provider END,
         pg_current_xact_id()::text::bigint, created_at
       FROM line, (VALUES ('real', 5), ('games', -5)) v(account, change)
     )
     UPDATE wallet SET real = 1000 + 5 * ($2::bigint - 1), sequence = $2 WHERE player_id = $1`,
    [player, lines],
  );

const sealed = async () =>
  Number(
    (await db.query<{ last: bigint | null }>(`SELECT max(last_sequence) AS last FROM journal_seal`))[0]?.last,
  );

/** Seals on until it has come so far: a transaction anywhere on the server may hold the horizon back for a while. */
const sealUntil = (sealing: Sealing, isDone: () => boolean | Promise<boolean>) => {
  const { signer } = new SealedLedger(db);
  const step = async () => {
    while (await sealNext(db, signer, sealing));
    return isDone();
  };
  return waitFor(step);
};

test('a keeper that stops leaves the rest of a long account to the next one', async () => {
  await playLong();
  const stopping = new AbortController();
  let steps = 0;
  const onSealed = () => {
    steps += 1;
    stopping.abort();
  };
  await sealUntil({ onSealed, signal: stopping.signal }, () => steps > 0);
  expect(steps).toBe(1);
  expect(await sealed()).toBeLessThan(lines);
  await sealUntil({ onSealed: () => undefined }, async () => (await sealed()) === lines);
});
