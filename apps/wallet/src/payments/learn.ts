import type { Db } from '@baize/persistence';
import type { Payment } from '../domain/payment';
import { findByReference, type PaymentChange } from '../store/payments';
import type { Report } from './report';

/** The PSP's reference is known to us as that of another payment. */
export async function isOfAnother(db: Db, { id, brand }: Payment, report: Report): Promise<boolean> {
  if (report.pspReference === undefined) return false;
  const owner = await findByReference(db, { brand, psp: report.psp }, report.pspReference);
  return owner !== undefined && owner !== id;
}

/** What a PSP's word adds to what is known of the payment. A reference that another payment has is left alone. */
export async function learn(
  db: Db,
  payment: Payment,
  pspReference: string | undefined,
  report?: Report,
): Promise<PaymentChange> {
  const account = { brand: payment.brand, psp: payment.psp ?? '' };
  const isNews = pspReference !== undefined && pspReference !== payment.pspReference;
  const isFree = isNews && (await findByReference(db, account, pspReference)) === undefined;
  return {
    ...(isFree && { pspReference }),
    ...(payment.kind === 'deposit' && report?.instrument),
  };
}
