import anyAscii from 'any-ascii';

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

/** E.164, or undefined; separators that people write are dropped. */
export function normalisePhone(phone: string): string | undefined {
  const compact = phone.normalize('NFKC').replace(/[\s().\-/]/g, '');
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
