import { legalForms } from './name-lexicon';
import type { NameToken } from './prepare-name';
import { editDistance, jaroWinkler, leastEdits } from './token-similarity';

/** Two words, or what stands for them, that answer to each other. */
export interface Pair {
  readonly weight: number;
  readonly similarity: number;
  readonly reason: () => string;
  /** Of words that not every second organisation has. */
  readonly isDistinctive: boolean;
}

/** How many slips of the pen a word of this length may have. */
export function allowedEdits(length: number): number {
  if (length < 5) return 1;
  return length < 12 ? 2 : 3;
}

/** How alike two words are, 0 to 1, and how they differ. */
type Likeness = readonly [similarity: number, how: string];

const same: Likeness = [1, 'are the same'];
const sameLegalForm: Likeness = [1, 'are one legal form'];
const otherNumber: Likeness = [0.4, 'are different numbers'];
const sameBeginning: Likeness = [0.7, 'begin alike'];
const sameName: Likeness = [0.85, 'are forms of one name'];
const sameConsonants: Likeness = [0.9, 'have the same consonants'];

/** How one word answers to another; undefined when it does not. */
export function compareTokens(a: NameToken, b: NameToken, isAbjad: boolean): Pair | undefined {
  const likeness = likenessOf(a, b, isAbjad);
  if (!likeness) return undefined;
  const [similarity, how] = likeness;
  return {
    similarity,
    weight: (a.weight + b.weight) / 2,
    isDistinctive: a.kind === 'word' || b.kind === 'word' || a.kind === 'particle',
    reason: () => `"${a.text}" and "${b.text}" ${how}`,
  };
}

function likenessOf(a: NameToken, b: NameToken, isAbjad: boolean): Likeness | undefined {
  if (a.text === b.text) return same;
  if (a.kind === 'form' || b.kind === 'form') {
    const alike = a.kind === b.kind && legalForms.get(a.text) === legalForms.get(b.text);
    if (alike) return sameLegalForm;
    // two known forms tell two companies apart; a form and a word may be a slip of the pen
    return a.kind === b.kind ? undefined : compareWords(a, b, false);
  }
  if (a.kind === 'number' || b.kind === 'number') return a.kind === b.kind ? otherNumber : undefined;
  if (a.kind === 'initial' || b.kind === 'initial') {
    return a.kind === b.kind || a.text[0] !== b.text[0] ? undefined : sameBeginning;
  }
  if (a.longForms.includes(b.text) || b.longForms.includes(a.text)) return sameName;
  if (a.kind === 'particle' || b.kind === 'particle') return undefined;
  return compareWords(a, b, isAbjad);
}

function compareWords(a: NameToken, b: NameToken, isAbjad: boolean): Likeness | undefined {
  if (isAbjad && a.skeleton.length > 1 && a.skeleton === b.skeleton) return sameConsonants;
  const allowed = allowedEdits(Math.max(a.text.length, b.text.length));
  if (leastEdits(a.letters, b.letters) > allowed + 1) return undefined;
  const edits = editDistance(a.text, b.text, allowed + 1);
  if (edits > allowed + 1) return undefined;
  const soundsAlike = a.sounds.some((key) => key.length > 1 && b.sounds.includes(key));
  if (edits > allowed && !soundsAlike) return undefined;
  const spelled = similarityOf(a.text, b.text, edits);
  const how = `are ${edits === 1 ? 'one edit' : `${edits} edits`} apart`;
  return soundsAlike ? [(1 + spelled) / 2, `${how} and sound alike`] : [spelled, how];
}

/** The mean of the share of letters that stay and of Jaro-Winkler, which is taken down for a difference in length. */
export function similarityOf(a: string, b: string, edits: number): number {
  const longest = Math.max(a.length, b.length);
  const lengthPenalty = 1 - (0.3 * (longest - Math.min(a.length, b.length))) / longest;
  return (1 - edits / longest + jaroWinkler(a, b) * lengthPenalty) / 2;
}
