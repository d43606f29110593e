import type { ErrorCode } from '@baize/contracts';
import { activeTraceparent } from '@baize/messaging';
import type { Db } from '@baize/persistence';
import { uuidv7 } from 'uuidv7';
import { compilePayment, type PaymentPosting } from '../domain/compile-payment';
import type { Payment } from '../domain/payment';
import type { Balance } from '../domain/verdict';
import { postBatch } from './post-batch';

export interface PostingAct {
  /** `player:<id>`, `psp:<name>`, `client:<id>`, `system:wallet`. */
  readonly actor: string;
  /** Why, or digest of the webhook. */
  readonly source: string;
  /** Where it is not the payment's amount. */
  readonly amount?: bigint;
}

export type PaymentVerdict =
  | { readonly transactionId: string; readonly real: bigint }
  | { readonly refused: ErrorCode; readonly balance?: Balance };

/** Posts in the running transaction, which holds the player's anchor and the payment's row. */
export async function postPayment(
  db: Db,
  payment: Parameters<typeof compilePayment>[0],
  posting: PaymentPosting,
  act: PostingAct,
): Promise<PaymentVerdict> {
  const context = { newId: uuidv7, traceparent: activeTraceparent() };
  const unit = compilePayment(payment, posting, { ...act, at: new Date().toISOString() }, context);
  const [verdict] = await postBatch(db, [unit]);
  if (!verdict) throw new Error('the posting function gave no verdict');
  if ('refused' in verdict) return { refused: verdict.refused, balance: verdict.balance };
  return { transactionId: verdict.posted[0]!.transactionId, real: verdict.balance.real };
}

/**
 * Takes back what a confirmed payment moved, in whole or in part, in the running transaction, which holds the
 * player's anchor and the payment's row. Of a deposit the money is gone whether the wallet has it or not: what is
 * missing becomes a debt. It is posted beside the posting function, whose movements never make one of their own.
 * @throws when the payment's own posting is not there
 */
export async function postReversal(
  db: Db,
  payment: Payment,
  part: { readonly amount: bigint; readonly ordinal: number } & PostingAct,
): Promise<{ readonly transactionId: string; readonly real: bigint }> {
  const isDeposit = payment.kind === 'deposit';
  const [row] = await db.query<{ id: string; real: bigint }>({
    name: 'post-payment-reversal',
    text: reversalSql,
    values: [
      ...[payment.brand, payment.psp, isDeposit ? 'deposit' : 'withdrawal-pay', payment.id],
      ...[isDeposit ? 'deposit-reversal' : 'withdrawal-return', `${payment.id}:${part.ordinal}`, uuidv7()],
      ...[isDeposit ? -part.amount : part.amount, part.actor, part.source],
    ],
  });
  if (!row) throw new Error(`payment ${payment.id} was never posted`);
  return { transactionId: row.id, real: row.real };
}

/** A key that exists makes the whole statement fail: the payment's row guards against a second reversal. */
const reversalSql = `
WITH original AS (
  SELECT j.* FROM movement_key k JOIN journal j ON j.id = k.transaction_id
  WHERE k.brand = $1 AND k.provider = $2 AND k.id_scope = '' AND k.kind = $3::posting_kind AND k.id = $4
), moved AS (
  UPDATE wallet w SET real = w.real + $8::bigint, sequence = w.sequence + 1
  FROM original o WHERE w.player_id = o.player_id AND w.currency = o.currency
  RETURNING w.real, w.bonus, w.locked, w.sequence
), keyed AS (
  INSERT INTO movement_key (brand, provider, id_scope, kind, id, outcome, request_hash, transaction_id, created_at)
  SELECT $1, $2, '', $5::posting_kind, $6, 'posted', sha256($6::text::bytea), $7::uuid, now() FROM original
), stated AS (
  INSERT INTO movement_state AS s (transaction_id, reversed, reversed_by, settled)
  SELECT id, abs($8::bigint), CASE WHEN abs($8::bigint) = abs(amount) THEN $7::uuid END, 0 FROM original
  ON CONFLICT (transaction_id) DO UPDATE SET reversed = s.reversed + excluded.reversed,
    reversed_by = CASE WHEN s.reversed + excluded.reversed = abs((SELECT amount FROM original)) THEN $7::uuid END
), written AS (
  INSERT INTO journal (id, player_id, currency, sequence, kind, brand, provider, provider_tx_id, amount, real, bonus,
    locked, forfeited, wagered, balance_after, reference_id, actor, source, received_at, created_at)
  SELECT $7::uuid, o.player_id, o.currency, m.sequence, $5::posting_kind, $1, $2, $6, $8::bigint, $8::bigint, 0, 0, 0, 0,
    m.real + m.bonus + m.locked, o.id, $9, $10, now(), now()
  FROM original o, moved m
), lines AS (
  INSERT INTO entry (journal_id, account, player_id, currency, amount, brand, party, transaction, created_at)
  SELECT $7::uuid, v.account::ledger_account, o.player_id, o.currency, v.amount, v.brand, v.party,
    pg_current_xact_id()::text::bigint, now()
  FROM original o, (VALUES ('real', $8::bigint, NULL, NULL), ('payments', -$8::bigint, $1, $2)) v(account, amount, brand, party)
)
SELECT $7::uuid AS id, real FROM moved`;
