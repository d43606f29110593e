import { refuse, type Actor, type ProfileForm, type Result } from '@baize/contracts';
import { checkDetails, type Details, type Identifiers } from './check-details';
import { isDisposable } from './disposable-email';

export interface ProfileChange<P extends Details> {
  readonly profile: P;
  /** Names of the fields that differ; empty when nothing does. */
  readonly fields: readonly string[];
  readonly identifiers: Identifiers;
}

/**
 * The profile with the changes of the form. Refuses malformed fields (`request.invalid`), names that players would
 * change themselves (`identity.action-not-allowed`), throw-away addresses (`identity.disposable-email`).
 */
export function decideProfileChange<P extends Details>(
  before: P,
  form: ProfileForm,
  { country, actor }: { readonly country: string; readonly actor: Actor['kind'] },
): Result<ProfileChange<P>> {
  const { firstName, lastName, email, address } = form;
  if (actor === 'player' && (firstName !== undefined || lastName !== undefined)) {
    return refuse('identity.action-not-allowed', 'Ask the operator to correct a name; a document is needed.');
  }
  const wanted = {
    ...before,
    email: email?.trim() ?? before.email,
    firstName: firstName ?? before.firstName,
    lastName: lastName ?? before.lastName,
    address: address ? { ...address } : before.address,
    phone: form.phone ?? before.phone,
  };
  const { identifiers, errors } = checkDetails(wanted, country);
  if (errors.length > 0) return refuse('request.invalid', 'Some fields are not valid.', { errors });
  if (email !== undefined && isDisposable(identifiers.email)) {
    return refuse('identity.disposable-email', 'Choose an address that lasts.');
  }
  const profile: P = { ...wanted, phone: identifiers.phone };
  const fields = (['email', 'firstName', 'lastName', 'phone', 'address'] as const).filter(
    (field) => textOf(profile[field]) !== textOf(before[field]),
  );
  return { ok: true, value: { profile, fields, identifiers } };
}

function textOf(value: Details['address'] | string | undefined): string {
  if (value === undefined || typeof value === 'string') return value ?? '';
  return JSON.stringify([value.line1, value.city, value.postalCode]);
}
