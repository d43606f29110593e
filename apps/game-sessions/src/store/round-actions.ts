import type { RoundActionDto, WageredDto, WonDto } from '@baize/contracts';
import type { Db } from '@baize/persistence';
import type { MovementOfRound } from '../domain/round';

/** Appends actions; rounds must exist. */
export async function insertActions(db: Db, actions: readonly MovementOfRound[]): Promise<void> {
  const rows = actions.map(({ kind, movement }) => ({
    kind,
    roundId: movement.roundId,
    walletSequence: movement.walletSequence,
    transactionId: movement.transactionId,
    amount: movement.amount,
    real: movement.funds.real,
    bonus: movement.funds.bonus,
    locked: movement.funds.locked,
    balanceAfter: movement.balanceAfter,
    providerTxId: movement.providerTxId,
    referenceId: movement.referenceId,
    award: movement.award,
    choice: movement.choice,
    committedAt: movement.committedAt,
  }));
  await db.query({ name: 'insert-round-actions', text: insertActionsSql, values: [JSON.stringify(rows)] });
}

const insertActionsSql = `
INSERT INTO round_action (round_id, wallet_sequence, transaction_id, kind, amount, real, bonus, locked, balance_after,
  provider_tx_id, reference_id, award, choice, at)
SELECT a."roundId", a."walletSequence", a."transactionId", a.kind, a.amount, a.real, a.bonus, a.locked,
  a."balanceAfter", a."providerTxId", a."referenceId", a.award, a.choice, a."committedAt"
FROM jsonb_to_recordset($1::jsonb) AS a("roundId" uuid, "walletSequence" bigint, "transactionId" uuid, kind text,
  amount bigint, real bigint, bonus bigint, locked bigint, "balanceAfter" bigint, "providerTxId" text,
  "referenceId" uuid, award text, choice text, "committedAt" timestamptz)`;

/** The first actions of each round, in the order in which they were posted. */
export async function listActions(
  db: Db,
  roundIds: readonly string[],
  limitPerRound: number,
): Promise<Map<string, RoundActionDto[]>> {
  const rows = await db.query<ActionRow>(
    `SELECT a.* FROM unnest($1::uuid[]) AS r(id) CROSS JOIN LATERAL (
       SELECT * FROM round_action WHERE round_id = r.id ORDER BY wallet_sequence LIMIT $2) AS a`,
    [roundIds, limitPerRound],
  );
  const byRound = new Map<string, RoundActionDto[]>(roundIds.map((id) => [id, []]));
  for (const row of rows) byRound.get(row.round_id)?.push(actionFrom(row));
  return byRound;
}

interface ActionRow {
  round_id: string;
  transaction_id: string;
  kind: 'bet' | 'win' | 'rollback';
  amount: bigint;
  real: bigint;
  bonus: bigint;
  locked: bigint;
  balance_after: bigint;
  provider_tx_id: string;
  reference_id: string | null;
  award: 'promo' | 'jackpot' | 'free-round' | null;
  choice: string | null;
  at: Date;
}

function actionFrom(row: ActionRow): RoundActionDto {
  return {
    transactionId: row.transaction_id,
    kind: row.kind,
    amount: Number(row.amount),
    funds: { real: Number(row.real), bonus: Number(row.bonus), locked: Number(row.locked) },
    balanceAfter: Number(row.balance_after),
    providerTxId: row.provider_tx_id,
    ...(row.reference_id !== null && { referenceId: row.reference_id }),
    ...(row.award !== null && { award: row.award }),
    ...(row.choice !== null && { choice: row.choice }),
    at: row.at.toISOString(),
  };
}

/** What all actions of a round come to. */
export interface RoundFigures {
  readonly wagered: WageredDto;
  readonly wonBy: WonDto;
  readonly balanceAtStart: number;
  readonly balanceAtEnd: number;
}

/** Sums all actions of each round: a rollback counts against what it took back. */
export async function sumActions(db: Db, roundIds: readonly string[]): Promise<Map<string, RoundFigures>> {
  const rows = await db.query<FiguresRow>({ name: 'sum-round-actions', text: sumSql, values: [roundIds] });
  return new Map(
    rows.map((row) => [
      row.round_id,
      {
        wagered: { real: Number(row.wagered_real), bonus: Number(row.wagered_bonus) },
        wonBy: {
          game: Number(row.won_game),
          jackpot: Number(row.won_jackpot),
          promo: Number(row.won_promo),
          freeRounds: Number(row.won_free),
        },
        balanceAtStart: Number(row.at_start),
        balanceAtEnd: Number(row.at_end),
      },
    ]),
  );
}

interface FiguresRow {
  round_id: string;
  wagered_real: string;
  wagered_bonus: string;
  won_game: string;
  won_jackpot: string;
  won_promo: string;
  won_free: string;
  at_start: bigint;
  at_end: bigint;
}

// The balance before an action is what it left less what it moved.
const sumSql = `
SELECT a.round_id,
  coalesce(-sum(a.real) FILTER (WHERE of.kind = 'bet'), 0) AS wagered_real,
  coalesce(-sum(a.bonus) FILTER (WHERE of.kind = 'bet'), 0) AS wagered_bonus,
  coalesce(sum(a.amount) FILTER (WHERE of.kind = 'win' AND of.award IS NULL), 0) AS won_game,
  coalesce(sum(a.amount) FILTER (WHERE of.kind = 'win' AND of.award = 'jackpot'), 0) AS won_jackpot,
  coalesce(sum(a.amount) FILTER (WHERE of.kind = 'win' AND of.award = 'promo'), 0) AS won_promo,
  coalesce(sum(a.amount) FILTER (WHERE of.kind = 'win' AND of.award = 'free-round'), 0) AS won_free,
  (array_agg(a.balance_after - a.amount ORDER BY a.wallet_sequence))[1] AS at_start,
  (array_agg(a.balance_after ORDER BY a.wallet_sequence DESC))[1] AS at_end
FROM unnest($1::uuid[]) AS r(id)
JOIN round_action a ON a.round_id = r.id
LEFT JOIN round_action o ON a.kind = 'rollback' AND o.round_id = a.round_id AND o.transaction_id = a.reference_id
CROSS JOIN LATERAL (SELECT coalesce(o.kind, a.kind) AS kind, coalesce(o.award, a.award) AS award) of
GROUP BY a.round_id`;

/** A bet or win of a round, as the provider named it. */
export interface ReversibleAction {
  readonly kind: 'bet' | 'win';
  readonly transactionId: string;
  readonly providerTxId: string;
  readonly award: boolean;
}

/** Every bet and win of a round in the order in which they were posted, reversed ones too. */
export async function listBetsAndWins(db: Db, roundId: string): Promise<ReversibleAction[]> {
  return db.query<ReversibleAction>(
    `SELECT kind, transaction_id AS "transactionId", provider_tx_id AS "providerTxId", award IS NOT NULL AS award
     FROM round_action WHERE round_id = $1 AND kind IN ('bet', 'win') ORDER BY wallet_sequence`,
    [roundId],
  );
}
