import type { NameKind } from './prepare-name';

/** The lists that are loaded; a name of its own for lists in the simple form of the demo. */
export const sanctionsLists = ['ofac', 'un', 'eu', 'demo'] as const;
export type SanctionsList = (typeof sanctionsLists)[number];

/** Somebody or something on a list, as the list's publisher names it. */
export interface ListEntry {
  readonly sourceId: string;
  readonly kind: NameKind;
  /** The primary name first, then every alias. */
  readonly names: readonly string[];
  readonly programs: readonly string[];
  /** `YYYY` or `YYYY-MM-DD`. */
  readonly birthDates: readonly string[];
  /** ISO 3166-1 alpha-2. */
  readonly countries: readonly string[];
}

/** A list file that cannot be taken as it is. Nothing of it was stored. */
export class ListFileError extends Error {
  override readonly name = 'ListFileError';
}

/** Bounds of what a list may hold; far above what is published. */
export const listBounds = { entries: 500_000, namesPerEntry: 500, nameLength: 400 } as const;

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/** `04 Sep 1978`, `1978`, `circa 1978`, `1978-09-04`: as `YYYY-MM-DD` or `YYYY`; undefined where no year is said. */
export function listDate(text: string): string | undefined {
  const iso = /\b(\d{4})-(\d{2})-(\d{2})\b/.exec(text);
  if (iso) return iso[0];
  const [day, date = '', monthName = '', year = ''] =
    /\b(\d{1,2}) ([A-Za-z]{3})[a-z]* (\d{4})\b/.exec(text) ?? [];
  const month = months.indexOf(monthName.toLowerCase()) + 1;
  if (day && month > 0) return `${year}-${String(month).padStart(2, '0')}-${date.padStart(2, '0')}`;
  return /\b(?:19|20)\d{2}\b/.exec(text)?.[0];
}
