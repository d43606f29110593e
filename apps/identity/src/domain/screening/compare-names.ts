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

interface Candidate extends Pair {
  readonly rank: number;
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/** Pairs the most alike words first; two or three neighbours may stand for one word. */
function align(left: PreparedName, right: PreparedName): Alignment {
  const candidates: Candidate[] = [];
  const isAbjad = left.isAbjad !== right.isAbjad;
  left.tokens.forEach((a, i) => {
    right.tokens.forEach((b, j) => {
      const pair = compareTokens(a, b, isAbjad);
      if (pair) candidates.push({ ...pair, rank: pair.similarity * pair.weight, left: [i], right: [j] });
    });
  });
  const merged = (pair: Pair) => ({ ...pair, rank: pair.similarity * pair.weight * MERGED_RANK });
  addMerged(left.tokens, right.tokens, (many, few, pair) =>
    candidates.push({ ...merged(pair), left: many, right: few }),
  );
  addMerged(right.tokens, left.tokens, (many, few, pair) =>
    candidates.push({ ...merged(pair), left: few, right: many }),
  );
  candidates.sort((x, y) => y.rank - x.rank);
  const leftTaken = new Set<number>();
  const rightTaken = new Set<number>();
  const pairs: Pair[] = [];
  for (const candidate of candidates) {
    if (candidate.left.some((i) => leftTaken.has(i)) || candidate.right.some((j) => rightTaken.has(j)))
      continue;
    candidate.left.forEach((i) => leftTaken.add(i));
    candidate.right.forEach((j) => rightTaken.add(j));
    pairs.push(candidate);
  }
  return {
    pairs,
    leftOver: left.tokens.filter((_, i) => !leftTaken.has(i)),
    rightOver: right.tokens.filter((_, j) => !rightTaken.has(j)),
  };
}

/** Two or three neighbours of `many` that are one word of `few`. */
function addMerged(
  many: readonly NameToken[],
  few: readonly NameToken[],
  add: (many: readonly number[], few: readonly number[], pair: Pair) => void,
): void {
  for (let i = 0; i < many.length - 1; i += 1) {
    for (let size = 2; size <= 3 && i + size <= many.length; size += 1) {
      const slice = many.slice(i, i + size);
      if (slice.some(({ kind }) => kind === 'initial')) break;
      const text = slice.map((token) => token.text).join('');
      few.forEach((one, j) => {
        if (Math.abs(one.text.length - text.length) > 1 || one.text.length < 4) return;
        const most = Math.min(1, allowedEdits(text.length) - 1);
        const edits = editDistance(text, one.text, most);
        if (edits > most) return;
        const weight = Math.max(one.weight, sum(slice.map((token) => token.weight)) * 0.8);
        const similarity = similarityOf(text, one.text, edits);
        const indexes = slice.map((_, offset) => i + offset);
        const reason = () => `"${textOf(slice)}" is "${one.text}" written apart`;
        add(indexes, [j], { weight, similarity, reason, isDistinctive: one.kind === 'word' });
      });
    }
  }
}

function textOf(tokens: readonly NameToken[]): string {
  return tokens.map(({ text }) => text).join(' ');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
