import { isValid } from 'mailchecker';

/** On the list because somebody hands out mailboxes there, but what people type for "some address". */
const placeholders: ReadonlySet<string> = new Set(['test.com']);

/** Whether an address that is well formed belongs to a provider of throw-away mailboxes. */
export function isDisposable(normalisedEmail: string): boolean {
  const domain = normalisedEmail.slice(normalisedEmail.lastIndexOf('@') + 1);
  return !placeholders.has(domain) && !isValid(`someone@${domain}`);
}
