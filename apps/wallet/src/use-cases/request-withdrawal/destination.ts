import { electronicFormatIBAN, isValidIBAN } from 'ibantools';
import type { WithdrawalDestination } from '@baize/contracts';
import type { PaymentMethod } from '../../domain/psp';

/** The reference of what is to be paid: an IBAN in its electronic form, or the PSP's own; undefined when it is neither. */
export function destinationReference(
  method: PaymentMethod,
  { reference, iban }: WithdrawalDestination,
): string | undefined {
  if (method !== 'bank') return iban === undefined ? reference : undefined;
  if (reference !== undefined || iban === undefined) return undefined;
  const electronic = electronicFormatIBAN(iban);
  return electronic !== null && isValidIBAN(electronic) ? electronic : undefined;
}
