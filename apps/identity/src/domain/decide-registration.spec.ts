import type { RegistrationForm } from '@baize/contracts';
import { currencyCodes } from '@baize/money';
import { decideRegistration } from './decide-registration';
import { marketPolicy202601 } from './market-policy-2026-01';

const now = new Date('2026-03-10T12:00:00Z');
const form: Pick<RegistrationForm, keyof RegistrationForm> = {
  email: 'Ada.Lovelace@Example.com',
  password: 'correct horse battery',
  firstName: 'Ada',
  lastName: 'Lovelace',
  dateOfBirth: '1990-12-10',
  country: 'MT',
  currency: 'EUR',
  address: { line1: '1 Republic Street', city: 'Valletta', postalCode: 'VLT 1110' },
};
const decide = (changes: Partial<RegistrationForm>, at = now) =>
  decideRegistration({ ...form, ...changes }, marketPolicy202601, at);
const codeOf = (changes: Partial<RegistrationForm>, at = now) => {
  const decision = decide(changes, at);
  return decision.ok ? 'accepted' : decision.error.code;
};

describe('decideRegistration', () => {
  it('accepts an adult in an allowed market, with what the person is found by', () => {
    expect(decide({ phone: '+356 2123-4567' })).toEqual({
      ok: true,
      value: {
        email: 'ada.lovelace@example.com',
        mailbox: 'ada.lovelace@example.com',
        phone: '+35621234567',
        nameAndBirth: 'adalovelace|1990-12-10',
        policyVersion: '2026-01',
      },
    });
  });

  it.each([
    [{ dateOfBirth: '2008-03-10' }, 'accepted'],
    [{ dateOfBirth: '2008-03-11' }, 'identity.under-age'],
    [{ dateOfBirth: '2005-03-10', country: 'EE' }, 'accepted'],
    [{ dateOfBirth: '2005-03-11', country: 'EE' }, 'identity.under-age'],
    [{ dateOfBirth: '2006-03-12', country: 'NZ' }, 'identity.under-age'],
    [{ country: 'US' }, 'identity.country-not-allowed'],
    [{ country: 'KP' }, 'identity.country-not-allowed'],
    [{ country: 'IR' }, 'identity.country-not-allowed'],
    [{ country: 'XX' }, 'identity.country-not-allowed'],
    [{ country: 'constructor' }, 'identity.country-not-allowed'],
    [{ country: 'SE', currency: 'SEK' }, 'accepted'],
    [{ country: 'SE', currency: 'EUR' }, 'identity.currency-not-allowed'],
    [{ country: 'DE', currency: 'BTC' }, 'identity.currency-not-allowed'],
    [{ currency: 'XXX' }, 'identity.currency-not-allowed'],
    [{ password: 'Password123' }, 'identity.weak-password'],
    [{ password: 'aaaaaaaaaaaa' }, 'identity.weak-password'],
    [{ password: 'ADA.LOVELACE@example.COM' }, 'identity.weak-password'],
    [{ password: 'ada.lovelace' }, 'identity.weak-password'],
    [{ dateOfBirth: '2007-02-29' }, 'request.invalid'],
    [{ dateOfBirth: '2027-01-01' }, 'request.invalid'],
    [{ dateOfBirth: '1880-01-01' }, 'request.invalid'],
    [{ phone: '0049' }, 'request.invalid'],
    [{ phone: '2123 4567' }, 'accepted'],
    [{ email: 'ada@mailinator.com' }, 'identity.disposable-email'],
    [{ email: 'ada@some.mailinator.com' }, 'identity.disposable-email'],
    [{ email: 'ada@test.com' }, 'accepted'],
    [{ firstName: '🎲', lastName: '--' }, 'request.invalid'],
    [{ firstName: '   ' }, 'request.invalid'],
    [{ lastName: '\u00a0' }, 'request.invalid'],
    [{ address: { line1: ' ', city: 'Valletta', postalCode: 'VLT 1110' } }, 'request.invalid'],
    [{ clickId: 'a\u0000b' }, 'request.invalid'],
  ])('%j is %s', (changes, code) => {
    expect(codeOf(changes)).toBe(code);
  });

  it.each([
    // by the clock of the market; who was born on 29 February is of age on 1 March
    ['CA', '2007-03-10', '2026-03-10T03:59:59.999Z', 'identity.under-age'],
    ['CA', '2007-03-10', '2026-03-10T04:00:00.000Z', 'accepted'],
    ['JP', '2006-03-11', '2026-03-10T15:00:00.000Z', 'accepted'],
    ['MT', '2008-02-29', '2026-02-28T22:59:59.999Z', 'identity.under-age'],
    ['MT', '2008-02-29', '2026-02-28T23:00:00.000Z', 'accepted'],
  ])('in %s who was born on %s is at %s %s', (country, dateOfBirth, at, code) => {
    const currency = country === 'MT' ? 'EUR' : country === 'CA' ? 'CAD' : 'JPY';
    expect(codeOf({ country, dateOfBirth, currency }, new Date(at))).toBe(code);
  });

  it('names every malformed field at once and repeats none of its content', () => {
    const decision = decide({ email: 'not an address', phone: '12', dateOfBirth: '2007-02-30' });
    if (decision.ok) throw new Error('it was accepted');
    expect(decision.error.errors?.map(({ path }) => path)).toEqual(['/email', '/phone', '/dateOfBirth']);
    expect(JSON.stringify(decision)).not.toContain('not an address');
  });
});

describe('the market policy', () => {
  it('names only countries and currencies that exist, and no minor market', () => {
    for (const [country, { currencies, minimumAge }] of Object.entries(marketPolicy202601.markets)) {
      expect(country).toMatch(/^[A-Z]{2}$/);
      expect(currencyCodes).toEqual(expect.arrayContaining([...currencies]));
      expect(minimumAge).toBeGreaterThanOrEqual(18);
    }
  });
});
