import type { Db } from '@baize/persistence';
import type { Payment } from '../domain/payment';
import { findByReference, type PaymentChange } from '../store/payments';
import type { Report } from './report';

/** Which payment the PSP's reference belongs to, as far as we know. */
export async function ownerOf(
  db: Db,
  { id, brand, ...payment }: Payment,
  psp: string,
  pspReference: string | undefined,
): Promise<string | undefined> {
  if (pspReference === undefined) return undefined;
  // a reference belongs to one payment only: its own needs no look
  if (pspReference === payment.pspReference && psp === payment.psp) return id;
  return findByReference(db, { brand, psp }, pspReference);
}

/** What a PSP's word adds to what is known of the payment. A reference that another payment has is left alone. */
export function learn(
  payment: Payment,
  { pspReference, instrument }: Pick<Report, 'pspReference' | 'instrument'>,
  owner: string | undefined,
): PaymentChange {
  return {
    ...(pspReference !== undefined && owner === undefined && { pspReference }),
    ...(payment.kind === 'deposit' && instrument),
  };
}
