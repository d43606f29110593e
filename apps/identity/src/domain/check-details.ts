import type { FieldError } from '@baize/contracts';
import { isEmail, mailboxOf, normaliseEmail, normaliseName, normalisePhone } from './normalise';

/** What persons say of themselves. */
export interface Details {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly dateOfBirth: string;
  readonly address: { readonly line1: string; readonly city: string; readonly postalCode: string };
  readonly phone?: string | undefined;
}

/** What a person is looked up by. */
export interface Identifiers {
  readonly email: string;
  /** The mailbox behind the address: the same for every tag and dot. */
  readonly mailbox: string;
  readonly phone: string | undefined;
  /** Transliterated name and birth date: the same for every way to write them. */
  readonly nameAndBirth: string;
}

/** Details in normal form, and everything that is malformed; a number is read as dialled in the country. */
export function checkDetails(
  details: Details,
  country: string,
): { readonly identifiers: Identifiers; readonly errors: FieldError[] } {
  const { firstName, lastName, dateOfBirth, address } = details;
  const email = normaliseEmail(details.email);
  const phone = details.phone === undefined ? undefined : normalisePhone(details.phone, country);
  const name = normaliseName(firstName, lastName);
  const errors: FieldError[] = [];
  if (!isEmail(email)) errors.push({ path: '/email', message: 'is not an e-mail address' });
  if (details.phone !== undefined && phone === undefined) {
    errors.push({ path: '/phone', message: 'is not a telephone number such as +35621234567' });
  }
  const texts = {
    '/firstName': firstName,
    '/lastName': lastName,
    '/address/line1': address.line1,
    '/address/city': address.city,
    '/address/postalCode': address.postalCode,
  };
  for (const [path, text] of Object.entries(texts)) {
    if (text.trim() === '') errors.push({ path, message: 'is blank' });
  }
  if (name === '') errors.push({ path: '/firstName', message: 'has no letters' });
  const nameAndBirth = `${name}|${dateOfBirth}`;
  return { identifiers: { email, mailbox: mailboxOf(email), phone, nameAndBirth }, errors };
}
