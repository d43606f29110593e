import { doubleMetaphone } from 'double-metaphone';

/** Jaro-Winkler, 0 to 1, with at most four characters of common prefix at 0.1 each. */
export function jaroWinkler(a: string, b: string): number {
  if (a === b) return 1;
  const reach = Math.max(0, Math.floor(Math.max(a.length, b.length) / 2) - 1);
  const takenOfB = new Array<boolean>(b.length).fill(false);
  const common: string[] = [];
  for (let i = 0; i < a.length; i += 1) {
    const end = Math.min(b.length, i + reach + 1);
    for (let j = Math.max(0, i - reach); j < end; j += 1) {
      if (takenOfB[j] || a[i] !== b[j]) continue;
      takenOfB[j] = true;
      common.push(a[i] ?? '');
      break;
    }
  }
  if (common.length === 0) return 0;
  const inOrderOfB = [...b].filter((_, j) => takenOfB[j]);
  const moved = common.filter((char, i) => char !== inOrderOfB[i]).length / 2;
  const m = common.length;
  const jaro = (m / a.length + m / b.length + (m - moved) / m) / 3;
  let prefix = 0;
  while (prefix < 4 && prefix < a.length && a[prefix] === b[prefix]) prefix += 1;
  return jaro + prefix * 0.1 * (1 - jaro);
}

const LONGEST = 512;
/** Three rows of the table, used again and again: a search makes thousands of comparisons. */
const rows = [
  new Uint16Array(LONGEST + 1),
  new Uint16Array(LONGEST + 1),
  new Uint16Array(LONGEST + 1),
] as const;

/**
 * Insertions, deletions, substitutions and swaps of neighbours that make one of the other. Counting ends at `most`:
 * any more is `most + 1`. Texts longer than 512 characters are cut there.
 */
export function editDistance(left: string, right: string, most = LONGEST): number {
  if (left === right) return 0;
  const a = left.slice(0, LONGEST);
  const b = right.slice(0, LONGEST);
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let [beforeLast, last, row] = rows as readonly Uint16Array[] as [Uint16Array, Uint16Array, Uint16Array];
  for (let j = 0; j <= b.length; j += 1) last[j] = j;
  for (let i = 1; i <= a.length; i += 1) {
    const least = fillRow(a, b, i, { beforeLast, last, row });
    if (least > most) return most + 1;
    [beforeLast, last, row] = [last, row, beforeLast];
  }
  return Math.min(last[b.length] ?? 0, most + 1);
}

function fillRow(
  a: string,
  b: string,
  i: number,
  { beforeLast, last, row }: { beforeLast: Uint16Array; last: Uint16Array; row: Uint16Array },
): number {
  const char = a.charCodeAt(i - 1);
  const charBefore = i > 1 ? a.charCodeAt(i - 2) : -1;
  let least = i;
  row[0] = i;
  for (let j = 1; j <= b.length; j += 1) {
    const other = b.charCodeAt(j - 1);
    let cost = Math.min(
      (last[j] ?? 0) + 1,
      (row[j - 1] ?? 0) + 1,
      (last[j - 1] ?? 0) + (char === other ? 0 : 1),
    );
    if (j > 1 && charBefore === other && char === b.charCodeAt(j - 2)) {
      cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
    }
    row[j] = cost;
    if (cost < least) least = cost;
  }
  return least;
}

/** Which letters and digits a text has, a bit each; some digits share one. */
export function lettersOf(text: string): number {
  let letters = 0;
  for (let i = 0; i < text.length; i += 1) {
    const char = text.charCodeAt(i);
    letters |= 1 << (char >= 97 ? char - 97 : 26 + (char % 6));
  }
  return letters;
}

/**
 * At least so many edits are between texts with these letters: each edit takes away and brings one letter at most, a
 * swap none. It spares most words the table of their distance.
 */
export function leastEdits(left: number, right: number): number {
  return Math.max(bitsOf(left & ~right), bitsOf(right & ~left));
}

function bitsOf(letters: number): number {
  let bits = 0;
  for (let rest = letters; rest !== 0; rest &= rest - 1) bits += 1;
  return bits;
}

/** Both keys of double metaphone; empty for what has no consonant and no leading vowel. */
export function soundKeys(token: string): readonly string[] {
  const [first, second] = doubleMetaphone(token);
  return first === second ? [first] : [first, second];
}
