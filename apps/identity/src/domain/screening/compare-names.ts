import { allowedEdits, compareTokens, similarityOf, type Pair } from './compare-tokens';
import type { NameToken, PreparedName } from './prepare-name';
import { editDistance } from './token-similarity';

/** How two names are alike, and why. */
export interface NameComparison {
  /** 0 to 1. */
  readonly score: number;
  /** Why, in words, for people who decide. */
  explain(): readonly string[];
}

/** Off the score for words on both sides that nothing answers to: another father's name is another person. */
const CONFLICT = 0.6;
/** Off the score for words on one side alone, by their share. */
const SURPLUS = 0.3;
/** Off the score where all that agrees is one word of several. */
const LONE_WORD = 0.2;
/** Words as they stand are paired before words put together. */
const MERGED_RANK = 0.8;
/** At least this for names that are one slip of the pen apart in all. */
const ONE_SLIP = 0.88;

/** The best alignment of the words of two names, scored. */
export function compareNames(left: PreparedName, right: PreparedName): NameComparison {
  if (left.syllables !== '' && right.syllables !== '')
    return compareSyllables(left.syllables, right.syllables);
  const joined = compareJoined(left, right);
  const aligned = compareAligned(left, right);
  return joined && joined.score > aligned.score ? joined : aligned;
}

function compareSyllables(left: string, right: string): NameComparison {
  const edits = editDistance(left, right);
  const score = 1 - edits / Math.max(left.length, right.length);
  // one syllable of three is another name
  return {
    score: edits === 0 ? 1 : score * score,
    explain: () => [`${edits} of ${right.length} syllables differ`],
  };
}

/**
 * The whole names without their spaces: one slip of the pen in all, wherever it fell, or words that are written
 * together or apart.
 */
function compareJoined(left: PreparedName, right: PreparedName): NameComparison | undefined {
  let best: NameComparison | undefined;
  // one letter that differs may be all that tells two people apart
  const most = hasInitial(left) && hasInitial(right) ? 0 : 1;
  for (const a of left.joined) {
    for (const b of right.joined) {
      const longest = Math.max(a.length, b.length);
      if (longest < 4 || Math.abs(a.length - b.length) > 1) continue;
      const edits = editDistance(a, b, most);
      if (edits > most) continue;
      const score = Math.max(similarityOf(a, b, edits), edits === 0 ? 1 : ONE_SLIP);
      if (!best || score > best.score)
        best = { score, explain: () => [`as one word, "${a}" and "${b}" are ${edits} edits apart`] };
    }
  }
  return best;
}

function hasInitial({ tokens }: PreparedName): boolean {
  return tokens.some(({ kind }) => kind === 'initial');
}

function compareAligned(left: PreparedName, right: PreparedName): NameComparison {
  const { pairs, leftOver, rightOver } = align(left, right);
  if (pairs.length === 0) return { score: 0, explain: () => ['no word is alike'] };
  const weight = sum(pairs.map((pair) => pair.weight));
  const likeness = sum(pairs.map((pair) => pair.weight * pair.similarity)) / weight;
  const leftWeight = sum(leftOver.map((token) => token.weight));
  const rightWeight = sum(rightOver.map((token) => token.weight));
  const conflict = Math.min(1, leftWeight, rightWeight);
  const surplus = Math.abs(leftWeight - rightWeight);
  const surplusShare = surplus / (weight + surplus);
  const rest = [...leftOver, ...rightOver];
  const isCommon = !pairs.some(({ isDistinctive }) => isDistinctive) && rest.length > 0 ? LONE_WORD : 0;
  const isLone = weight < 1.5 && (left.kind === 'person' ? surplus > 0.5 : leftWeight - rightWeight > 0.5);
  const lone = isLone ? LONE_WORD : 0;
  const score = likeness - CONFLICT * conflict - SURPLUS * surplusShare - Math.max(lone, isCommon);
  return {
    score: Math.max(0, score),
    explain: () => [
      ...pairs.map(({ reason }) => reason()),
      ...(leftOver.length > 0 ? [`only searched for: ${textOf(leftOver)}`] : []),
      ...(rightOver.length > 0 ? [`only on the list: ${textOf(rightOver)}`] : []),
    ],
  };
}

interface Alignment {
  pairs: Pair[];
  leftOver: NameToken[];
  rightOver: NameToken[];
}

/** A pair with the places of its words, a bit each: a name has at most 16 words. */
interface Candidate {
  readonly pair: Pair;
  readonly rank: number;
  readonly left: number;
  readonly right: number;
}

/** Pairs the most alike words first; two or three neighbours may stand for one word. */
function align(left: PreparedName, right: PreparedName): Alignment {
  const candidates: Candidate[] = [];
  const isAbjad = left.isAbjad !== right.isAbjad;
  left.tokens.forEach((a, i) => {
    right.tokens.forEach((b, j) => {
      const pair = compareTokens(a, b, isAbjad);
      if (pair) candidates.push({ pair, rank: pair.similarity * pair.weight, left: 1 << i, right: 1 << j });
    });
  });
  const rank = (pair: Pair) => pair.similarity * pair.weight * MERGED_RANK;
  eachMerged(left.tokens, right.tokens, (pair, many, one) =>
    candidates.push({ pair, rank: rank(pair), left: many, right: one }),
  );
  eachMerged(right.tokens, left.tokens, (pair, many, one) =>
    candidates.push({ pair, rank: rank(pair), left: one, right: many }),
  );
  candidates.sort((x, y) => y.rank - x.rank);
  let [leftTaken, rightTaken] = [0, 0];
  const pairs: Pair[] = [];
  for (const candidate of candidates) {
    if ((candidate.left & leftTaken) !== 0 || (candidate.right & rightTaken) !== 0) continue;
    leftTaken |= candidate.left;
    rightTaken |= candidate.right;
    pairs.push(candidate.pair);
  }
  return {
    pairs,
    leftOver: left.tokens.filter((_, i) => (leftTaken & (1 << i)) === 0),
    rightOver: right.tokens.filter((_, j) => (rightTaken & (1 << j)) === 0),
  };
}

/** Two or three neighbours of `many` that are one word of `few`, with the places of all of them. */
function eachMerged(
  many: readonly NameToken[],
  few: readonly NameToken[],
  visit: (pair: Pair, many: number, one: number) => void,
): void {
  for (let i = 0; i < many.length - 1; i += 1) {
    for (let size = 2; size <= 3 && i + size <= many.length; size += 1) {
      const words = many.slice(i, i + size);
      if (words.some(({ kind }) => kind === 'initial')) break;
      few.forEach((one, j) => {
        const pair = compareMerged(words, one);
        if (pair) visit(pair, ((1 << size) - 1) << i, 1 << j);
      });
    }
  }
}

function compareMerged(words: readonly NameToken[], one: NameToken): Pair | undefined {
  let length = 0;
  for (const word of words) length += word.text.length;
  if (Math.abs(one.text.length - length) > 1 || one.text.length < 4) return undefined;
  const text = words.map((word) => word.text).join('');
  const most = Math.min(1, allowedEdits(length) - 1);
  const edits = editDistance(text, one.text, most);
  if (edits > most) return undefined;
  return {
    weight: Math.max(one.weight, sum(words.map((word) => word.weight)) * 0.8),
    similarity: similarityOf(text, one.text, edits),
    reason: () => `"${textOf(words)}" is "${one.text}" written apart`,
    isDistinctive: one.kind === 'word',
  };
}

function textOf(tokens: readonly NameToken[]): string {
  return tokens.map(({ text }) => text).join(' ');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
