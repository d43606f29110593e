import { refuse, type RegistrationForm, type Result } from '@baize/contracts';
import { ageOn, dayIn, parseDate } from './calendar';
import { checkDetails, type Identifiers } from './check-details';
import { commonPasswords } from './common-passwords';
import { marketOf, type MarketPolicy } from './market-policy';
import { isDisposable } from './disposable-email';

/** A registration that the market rules let in, with what the person is looked up by. */
export interface AcceptedRegistration extends Identifiers {
  readonly policyVersion: string;
}

/** No living person is older; a birth date before is a slip of the pen. */
const MAX_AGE_YEARS = 120;

/**
 * Whether this person may open an account. Refuses malformed fields all at once (`request.invalid`), then
 * `identity.weak-password`, `identity.country-not-allowed`, `identity.currency-not-allowed`, `identity.under-age`.
 */
export function decideRegistration(
  form: RegistrationForm,
  policy: MarketPolicy,
  now: Date,
): Result<AcceptedRegistration> {
  const { identifiers, errors } = checkDetails(form, form.country);
  const { email } = identifiers;
  const market = marketOf(policy, form.country);
  const birth = parseDate(form.dateOfBirth);
  const age = birth && ageOn(birth, dayIn(market?.timeZone ?? 'UTC', now));
  if (age === undefined || age < 0 || age > MAX_AGE_YEARS) {
    errors.push({ path: '/dateOfBirth', message: 'is not a possible date of birth (YYYY-MM-DD)' });
  }
  // eslint-disable-next-line no-control-regex -- PostgreSQL stores no NUL, and no click id has control characters
  if (form.clickId !== undefined && /[\u0000-\u001f]/.test(form.clickId)) {
    errors.push({ path: '/clickId', message: 'has control characters' });
  }
  if (errors.length > 0 || age === undefined) {
    return refuse('request.invalid', 'Some fields are not valid.', { errors });
  }

  if (isDisposable(email)) {
    return refuse('identity.disposable-email', 'Register with an address that lasts.');
  }
  if (isWeakPassword(form.password, email)) {
    return refuse('identity.weak-password', 'The password is too easy to guess. Choose another one.');
  }
  if (!market) {
    return refuse(
      'identity.country-not-allowed',
      `Registration is not open to residents of ${form.country}.`,
    );
  }
  if (!market.currencies.includes(form.currency)) {
    const allowed = market.currencies.join(', ');
    return refuse('identity.currency-not-allowed', `Accounts in ${form.country} are kept in ${allowed}.`);
  }
  if (age < market.minimumAge) {
    return refuse('identity.under-age', `The minimum age in ${form.country} is ${market.minimumAge}.`);
  }
  const missing = market.requiredFields.filter((field) => form[field] === undefined);
  if (missing.length > 0) {
    const errors = missing.map((field) => ({ path: `/${field}`, message: `is required in ${form.country}` }));
    return refuse('request.invalid', 'Some fields are not valid.', { errors });
  }
  return { ok: true, value: { ...identifiers, policyVersion: policy.version } };
}

/** Whether a guesser would try this password among the first. */
export function isWeakPassword(password: string, email: string): boolean {
  const plain = password.normalize('NFKC').toLowerCase();
  const oneCharacter = new Set(plain).size === 1;
  return oneCharacter || commonPasswords.has(plain) || plain === email || plain === email.split('@')[0];
}
