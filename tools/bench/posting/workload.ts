import { randomUUID } from 'node:crypto';
import { Database, migrate } from '@baize/persistence';
import type { PostMovements } from '@baize/contracts';
import { uuidv7 } from 'uuidv7';
import { walletMigrations } from '../../../apps/wallet/src/store/migrations';

export const players = 10_000;
export const inFlight = 64;
export const poolSize = 16;

/** One way to post a provider's call; resolves once it is committed. */
export type Post = (command: PostMovements) => Promise<void>;

/** A migrated database with funded players. */
export async function prepareLedger(url: string): Promise<string[]> {
  await migrate(url, walletMigrations);
  const db = new Database({ url, poolSize: 1, statementTimeoutMs: 60_000 });
  const ids = Array.from({ length: players }, () => randomUUID());
  await db.query(
    `WITH opened AS (
       INSERT INTO anchor (player_id, brand, default_currency, epoch) SELECT id, 'demo', 'EUR', 0 FROM unnest($1::uuid[]) id
     ), wallets AS (
       INSERT INTO wallet (player_id, currency, real, sequence) SELECT id, 'EUR', 1000000000000, 1 FROM unnest($1::uuid[]) id
     ), lines AS (
       INSERT INTO journal (id, player_id, currency, sequence, kind, brand, provider, provider_tx_id, amount, real, bonus,
         locked, forfeited, wagered, balance_after, actor, received_at, created_at)
       SELECT gen_random_uuid(), id, 'EUR', 1, 'deposit', 'demo', 'opening', id::text, 1000000000000, 1000000000000, 0, 0, 0, 0,
         1000000000000, 'system', now(), now() FROM unnest($1::uuid[]) id
       RETURNING id, player_id
     )
     INSERT INTO entry (journal_id, account, player_id, currency, amount, brand, party, transaction, created_at)
     SELECT id, account::ledger_account, player_id, 'EUR', amount, 'demo', 'opening', pg_current_xact_id()::text::bigint, now()
     FROM lines, (VALUES ('real', 1000000000000), ('payments', -1000000000000)) v(account, amount)`,
    [ids],
  );
  await db.query(`UPDATE fence_lease SET valid_until = 'infinity'`);
  await db.query('VACUUM ANALYZE anchor, wallet');
  await db.close();
  return ids;
}

/** A bet that opens a round, or the win that closes it. */
export function callOf(kind: 'bet' | 'win', playerId: string, round: string): PostMovements {
  return {
    brand: 'demo',
    provider: 'acme',
    playerId,
    currency: 'EUR',
    gameId: 'game-1',
    providerRoundId: round,
    closeRound: kind === 'win',
    sessionId: round,
    idScope: 'player',
    receivedAt: new Date().toISOString(),
    actions: [{ kind, id: uuidv7(), amount: kind === 'bet' ? 100 : 95 }],
    rules: { unknownOriginal: 'tombstone', settledOriginal: 'refuse', winWithoutBet: 'refuse' },
    bodySha256: 'a'.repeat(64),
  };
}

export interface Slice {
  readonly postings: number;
  readonly seconds: number;
}

/** Keeps 64 calls in flight for so long: each loop bets and then wins, over all players or on a single one. */
export async function drive(post: Post, ids: readonly string[], seconds: number): Promise<Slice> {
  const startedAt = performance.now();
  const until = startedAt + seconds * 1_000;
  let postings = 0;
  const loop = async () => {
    while (performance.now() < until) {
      const player = ids[Math.floor(Math.random() * ids.length)]!;
      const round = uuidv7();
      await post(callOf('bet', player, round));
      await post(callOf('win', player, round));
      postings += 2;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, loop));
  return { postings, seconds: (performance.now() - startedAt) / 1_000 };
}

export const perSecond = (slices: readonly Slice[]): number =>
  slices.reduce((sum, { postings }) => sum + postings, 0) /
  slices.reduce((sum, { seconds }) => sum + seconds, 0);
