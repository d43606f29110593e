import anyAscii from 'any-ascii';
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';

/** The form of an e-mail address under which an account is found: without case, spaces and Unicode variants. */
export function normaliseEmail(email: string): string {
  return email.normalize('NFKC').trim().toLowerCase();
}

/** Syntax of RFC 5321 as mail providers accept it; the domain has at least two labels. */
export function isEmail(normalised: string): boolean {
  const at = normalised.lastIndexOf('@');
  const local = normalised.slice(0, at);
  const domain = normalised.slice(at + 1);
  if (at < 1 || local.length > 64 || normalised.length > 254) return false;
  if (!/^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/.test(local)) return false;
  const labels = domain.split('.');
  return (
    labels.length >= 2 &&
    labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(label)) &&
    /^([a-z]{2,}|xn--.+)$/.test(labels.at(-1) ?? '')
  );
}

/** Providers that drop what follows a plus sign, and for which all addresses of one mailbox are known. */
const taggedProviders: ReadonlySet<string> = new Set(
  (
    'gmail.com outlook.com hotmail.com live.com msn.com icloud.com me.com mac.com proton.me protonmail.com pm.me ' +
    'fastmail.com fastmail.fm yandex.com yandex.ru zoho.com hey.com tutanota.com mailfence.com'
  ).split(' '),
);

/**
 * The mailbox behind a normalised address, where its provider is known: "a.da+bonus@googlemail.com" is read where
 * "ada@gmail.com" is. At any other domain a plus or a dot may be somebody else.
 */
export function mailboxOf(normalised: string): string {
  const at = normalised.lastIndexOf('@');
  const given = normalised.slice(at + 1);
  const domain = given === 'googlemail.com' ? 'gmail.com' : given;
  if (!taggedProviders.has(domain)) return normalised;
  const [name = ''] = normalised.slice(0, at).split('+');
  const mailbox = domain === 'gmail.com' ? name.replaceAll('.', '') : name;
  return mailbox === '' ? normalised : `${mailbox}@${domain}`;
}

/**
 * E.164, or undefined. Numbers without a country code are read as dialled in `country`; separators, the trunk zero in
 * brackets and the international prefix are seen through.
 */
export function normalisePhone(phone: string, country: string): string | undefined {
  const text = phone.normalize('NFKC').trim();
  if (!/^[+\d\s().\-/]+$/.test(text)) return undefined;
  const parsed = parsePhoneNumberFromString(text, country as CountryCode);
  if (parsed?.isPossible()) return parsed.number;
  // Plans change before the library knows: a number in international form is taken as it is.
  const compact = text.replace(/[\s().\-/]/g, '');
  return /^\+[1-9]\d{6,14}$/.test(compact) ? compact : undefined;
}

const notInNames = /[^\p{L}\p{M}\p{N}\s\-_,./]/gu;

/**
 * A name as any script, case, accent, spacing or order of its parts gives it: "José Müller-Łuk" and
 * "LUK MUELLER, Jose" are one. Digits count, letters decide: empty when there is none.
 */
export function normaliseName(firstName: string, lastName: string): string {
  const name = [firstName, lastName]
    .flatMap((part) =>
      part
        .normalize('NFKC')
        .replace(notInNames, '')
        .split(/[\s\-_,./]+/),
    )
    .map((part) => anyAscii(part).toLowerCase())
    .map((part) => part.replace(/[^a-z0-9]/g, '').replace(/([aou])e/g, '$1')) // ue, oe, ae write ü, ö, ä
    .sort()
    .join('');
  return /[a-z]/.test(name) ? name : '';
}
