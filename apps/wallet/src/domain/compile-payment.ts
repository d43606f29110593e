import { requestHash, type CompileContext } from './compile';
import type { Instruction, MovementKey, PostingKind, PostingUnit } from './instruction';
import type { Payment } from './payment';

/** Who keeps the funds while no PSP is chosen. */
const nobody = 'payments';

/** The postings of a payment: its id is their identity, so each is posted once however often it is tried. */
export type PaymentPosting = 'deposit' | 'withdrawal-reserve' | 'withdrawal-pay' | 'withdrawal-release';

/** Compiles one posting of a payment. A deposit that people accepted may be of another amount than was asked for. */
export function compilePayment(
  payment: Pick<Payment, 'id' | 'brand' | 'playerId' | 'currency' | 'amount' | 'psp'>,
  posting: PaymentPosting,
  act: { readonly actor: string; readonly source: string; readonly at: string; readonly amount?: bigint },
  { newId, traceparent }: CompileContext,
): PostingUnit {
  const { brand, playerId, currency } = payment;
  const amount = act.amount ?? payment.amount;
  const settles = posting === 'withdrawal-pay' || posting === 'withdrawal-release';
  const instruction: Instruction = {
    id: newId(),
    kind: posting,
    key: keyOf(payment, posting),
    hash: requestHash({ player: playerId, currency, amount: Number(amount) }),
    references: settles ? [keyOf(payment, 'withdrawal-reserve')] : [],
    amount: settles ? undefined : amount,
    rules: 0,
    actor: act.actor,
    source: act.source,
    receivedAt: act.at,
    traceparent,
  };
  return { brand, playerId, currency, instructions: [instruction] };
}

function keyOf({ id, brand, psp }: Pick<Payment, 'id' | 'brand' | 'psp'>, kind: PostingKind): MovementKey {
  const provider = kind === 'deposit' || kind === 'withdrawal-pay' ? (psp ?? nobody) : nobody;
  return { brand, provider, scope: '', kind, id };
}
