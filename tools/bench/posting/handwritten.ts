import { Database, type Db } from '@baize/persistence';
import type { PostMovements } from '@baize/contracts';
import { uuidv7 } from 'uuidv7';
import { decide, hashOf, type Facts } from './decide';
import { poolSize, type Post } from './workload';

/** The usual transaction written by hand: lock, read, decide in Node, write; every statement is prepared. */
export function openHandwritten(url: string): { post: Post; close(): Promise<void> } {
  const database = new Database({ url, poolSize });
  return {
    post: (command) => database.transactions.run((db) => post(db, command)),
    close: () => database.close(),
  };
}

const statement = (name: string, text: string) => (db: Db, values: readonly unknown[]) =>
  db.query<Record<string, never>>({ name, text, values });

const lockAnchor = statement(
  'lock',
  `SELECT brand, restrictions, event_sequence FROM anchor WHERE player_id = $1 FOR NO KEY UPDATE`,
);
const readWallet = statement(
  'wallet',
  `SELECT real, bonus, locked, sequence, grant_id AS "grantId" FROM wallet WHERE player_id = $1 AND currency = $2`,
);
const readKey = statement(
  'key',
  `SELECT request_hash AS hash FROM movement_key WHERE brand = $1 AND provider = $2 AND id_scope = $3 AND kind = $4 AND id = $5`,
);
const readRound = statement(
  'round',
  `SELECT id, currency, closed, bets, rolled_back AS "rolledBack", stake_real AS "stakeReal", stake_bonus AS "stakeBonus"
   FROM round WHERE player_id = $1 AND provider = $2 AND game_id = $3 AND provider_round_id = $4`,
);
const addKey = statement(
  'add-key',
  `INSERT INTO movement_key VALUES ($1, $2, $3, $4, $5, 'posted', $6, $7, now())`,
);
const addLine = statement(
  'add-line',
  `INSERT INTO journal VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, 0, $12, $13, $14, $15, $16, NULL, NULL, NULL,
     $17, $18, $19, $20, now())`,
);
const addEntries = statement(
  'add-entries',
  `INSERT INTO entry SELECT $1, account::ledger_account, $2, $3, amount, brand, party, pg_current_xact_id()::text::bigint, now()
   FROM (VALUES ('real', $4::bigint, NULL, NULL), ('bonus', $5, NULL, NULL), ('games', -$4 - $5, $6, $7)) v(account, amount, brand, party)
   WHERE amount <> 0`,
);
const keepRound = statement(
  'keep-round',
  `INSERT INTO round AS r VALUES ($1, $2, $3, $4, $5, $6, $7, $8, NULL, $9, $10, $11, 0, $12, $13)
   ON CONFLICT (player_id, provider, game_id, provider_round_id) DO UPDATE SET
     stake_real = r.stake_real + excluded.stake_real, stake_bonus = r.stake_bonus + excluded.stake_bonus,
     won_real = r.won_real + excluded.won_real, won_bonus = r.won_bonus + excluded.won_bonus,
     bets = r.bets + excluded.bets, wins = r.wins + excluded.wins, closed = r.closed OR excluded.closed`,
);
const addEvent = statement(
  'add-event',
  `INSERT INTO outbox (event_id, type, subject, partition_key, sequence, data) VALUES ($1, $2, $3, $3, $4, $5)`,
);
const keepWallet = statement(
  'keep-wallet',
  `UPDATE wallet SET real = real + $3, bonus = bonus + $4, sequence = sequence + 1 WHERE player_id = $1 AND currency = $2`,
);
const keepAnchor = statement(
  'keep-anchor',
  `UPDATE anchor SET event_sequence = event_sequence + 1 WHERE player_id = $1`,
);

interface Rows {
  anchor: Facts['anchor'] & { event_sequence: bigint };
  wallet: Facts['wallet'] & { locked: bigint; sequence: bigint };
  round: (Facts['round'] & { id: string }) | undefined;
}

async function post(db: Db, command: PostMovements): Promise<void> {
  const { playerId: player, currency, brand, provider, gameId, providerRoundId } = command;
  const { kind, id } = command.actions[0]!;
  const hash = hashOf(command);
  const key = [brand, provider, player, kind, id];
  const [anchor] = await lockAnchor(db, [player]);
  const [known] = await readKey(db, key);
  const [wallet] = await readWallet(db, [player, currency]);
  const [round] = await readRound(db, [player, provider, gameId, providerRoundId]);
  const rows = { anchor, wallet, round } as unknown as Rows;
  const outcome = decide(command, hash, { ...rows, key: known as unknown as Facts['key'] });
  if ('replay' in outcome) return;
  const { real, bonus } = outcome;
  const transaction = uuidv7();
  const roundId = rows.round?.id ?? uuidv7();
  const sequence = rows.wallet.sequence + 1n;
  const after = rows.wallet.real + rows.wallet.bonus + rows.wallet.locked + real + bonus;
  const isBet = kind === 'bet';
  await addKey(db, [...key, Buffer.from(hash, 'hex'), transaction]);
  await addLine(db, [
    ...[transaction, player, currency, sequence, kind, brand, provider, id, real + bonus, real, bonus, after],
    ...[gameId, providerRoundId, roundId, command.closeRound, command.sessionId, `provider:${provider}`],
    ...[command.bodySha256, command.receivedAt],
  ]);
  await addEntries(db, [transaction, player, currency, real, bonus, brand, provider]);
  await keepRound(db, [
    ...[player, provider, gameId, providerRoundId, roundId, currency],
    ...(isBet ? [-real, -bonus, 0, 0, 1, 0] : [0, 0, real, bonus, 0, 1]),
    command.closeRound,
  ]);
  const type = `wallet.event.${isBet ? 'bet-placed' : 'win-credited'}.v1`;
  const data = eventData(command, { transaction, sequence, real, bonus, after, roundId });
  await addEvent(db, [transaction, type, player, rows.anchor.event_sequence + 1n, data]);
  await keepWallet(db, [player, currency, real, bonus]);
  await keepAnchor(db, [player]);
}

/** The event as the wallet publishes it. */
export function eventData(
  command: PostMovements,
  posted: {
    transaction: string;
    sequence: bigint;
    real: bigint;
    bonus: bigint;
    after: bigint;
    roundId: string;
  },
): object {
  const amount = Number(posted.real + posted.bonus);
  return {
    transactionId: posted.transaction,
    walletSequence: Number(posted.sequence),
    playerId: command.playerId,
    brand: command.brand,
    currency: command.currency,
    amount,
    funds: { real: Number(posted.real), bonus: Number(posted.bonus), locked: 0 },
    balanceBefore: Number(posted.after) - amount,
    balanceAfter: Number(posted.after),
    committedAt: new Date().toISOString(),
    provider: command.provider,
    providerTxId: command.actions[0]!.id,
    gameId: command.gameId,
    roundId: posted.roundId,
    providerRoundId: command.providerRoundId,
    roundClosed: command.closeRound,
    sessionId: command.sessionId,
    receivedAt: command.receivedAt,
    bodySha256: command.bodySha256,
  };
}
