import { refuse, type Actor, type FieldError, type ProfileForm, type Result } from '@baize/contracts';
import { isDisposable } from './disposable-email';
import { isEmail, mailboxOf, normaliseEmail, normaliseName, normalisePhone } from './normalise';

/** What of a profile can change, and what its owner is looked up by. */
export interface ChangeableProfile {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly dateOfBirth: string;
  readonly address: { readonly line1: string; readonly city: string; readonly postalCode: string };
  readonly phone?: string;
}

export interface ProfileChange<P extends ChangeableProfile> {
  readonly profile: P;
  /** Names of the fields that differ; empty when nothing does. */
  readonly fields: readonly string[];
  readonly identifiers: {
    readonly email: string;
    readonly mailbox: string;
    readonly phone: string | undefined;
    readonly nameAndBirth: string;
  };
}

/**
 * The profile with the changes of the form. Refuses malformed fields (`request.invalid`), names that players would
 * change themselves (`identity.action-not-allowed`), throw-away addresses (`identity.disposable-email`).
 */
export function decideProfileChange<P extends ChangeableProfile>(
  before: P,
  form: ProfileForm,
  { country, actor }: { readonly country: string; readonly actor: Actor['kind'] },
): Result<ProfileChange<P>> {
  const { firstName, lastName, email, address } = form;
  if (actor === 'player' && (firstName !== undefined || lastName !== undefined)) {
    return refuse('identity.action-not-allowed', 'Ask the operator to correct a name; a document is needed.');
  }
  const phone = form.phone === undefined ? before.phone : normalisePhone(form.phone, country);
  const profile: P = {
    ...before,
    email: email?.trim() ?? before.email,
    firstName: firstName ?? before.firstName,
    lastName: lastName ?? before.lastName,
    address: address ? { ...address } : before.address,
    phone,
  };
  const normalised = normaliseEmail(profile.email);
  const name = normaliseName(profile.firstName, profile.lastName);
  const errors: FieldError[] = [];
  if (!isEmail(normalised)) errors.push({ path: '/email', message: 'is not an e-mail address' });
  if (form.phone !== undefined && phone === undefined) {
    errors.push({ path: '/phone', message: 'is not a telephone number such as +35621234567' });
  }
  for (const [path, text] of Object.entries(textsOf(profile))) {
    if (text.trim() === '') errors.push({ path, message: 'is blank' });
  }
  if (name === '') errors.push({ path: '/firstName', message: 'has no letters' });
  if (errors.length > 0) return refuse('request.invalid', 'Some fields are not valid.', { errors });
  if (email !== undefined && isDisposable(normalised)) {
    return refuse('identity.disposable-email', 'Choose an address that lasts.');
  }
  const fields = (['email', 'firstName', 'lastName', 'phone', 'address'] as const).filter(
    (field) => textOf(profile[field]) !== textOf(before[field]),
  );
  const nameAndBirth = `${name}|${profile.dateOfBirth}`;
  const identifiers = { email: normalised, mailbox: mailboxOf(normalised), phone, nameAndBirth };
  return { ok: true, value: { profile, fields, identifiers } };
}

function textsOf({ firstName, lastName, address }: ChangeableProfile): Record<string, string> {
  return {
    '/firstName': firstName,
    '/lastName': lastName,
    '/address/line1': address.line1,
    '/address/city': address.city,
    '/address/postalCode': address.postalCode,
  };
}

function textOf(value: ChangeableProfile['address'] | string | undefined): string {
  if (value === undefined || typeof value === 'string') return value ?? '';
  return JSON.stringify([value.line1, value.city, value.postalCode]);
}
