import { getHeapSpaceStatistics } from 'node:v8';
import type { Database } from '@baize/persistence';
import { listLines } from '../src/store/statements';
import { useLedger } from './support/use-ledger';

let db: Database;
let player: string;
useLedger((ledger) => ({ db, player } = ledger));
jest.setTimeout(120_000);

const lines = 1_000;
const pages = 150;

/** What the heap holds of objects that have grown old, without what is young. */
const oldBytes = (): number =>
  getHeapSpaceStatistics()
    .filter(({ space_name: name }) => name === 'old_space' || name === 'large_object_space')
    .reduce((sum, { space_used_size: used }) => sum + used, 0);

test('lines of a statement do not grow old: a month leaves nothing that only a collection of the whole heap would free', async () => {
  await db.query(
    `WITH line AS (
       INSERT INTO journal (id, player_id, currency, sequence, kind, brand, provider, provider_tx_id, amount, real, bonus,
         locked, forfeited, wagered, balance_after, actor, received_at, created_at)
       SELECT gen_random_uuid(), $1, 'EUR', n, 'win', 'demo', 'acme', n::text, 0, 0, 0, 0, 0, 0, 1000, 'system', now(), now()
       FROM generate_series(2, $2::bigint) n
     )
     UPDATE wallet SET sequence = $2 WHERE player_id = $1`,
    [player, lines],
  );
  const wallet = { playerId: player, currency: 'EUR' };
  let characters = 0;
  let aged = 0;
  for (let page = 0; page < pages; page += 1) {
    const before = oldBytes();
    const items = await listLines(db, wallet, { after: 0n, last: BigInt(lines), limit: lines });
    characters += JSON.stringify(items).length;
    aged += Math.max(0, oldBytes() - before);
  }
  expect(characters).toBeGreaterThan(pages * lines * 200);
  // a quarter of what the page is as text: lines that grow old are several times it
  expect(aged).toBeLessThan(characters / 4);
});
