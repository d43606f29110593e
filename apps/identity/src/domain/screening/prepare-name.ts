import anyAscii from 'any-ascii';
import {
  genericWords,
  legalForms,
  longLegalForms,
  nicknames,
  numberOf,
  particleForms,
  particles,
  synonyms,
  titles,
} from './name-lexicon';
import { editDistance, lettersOf, soundKeys } from './token-similarity';

/** Persons' names and all others are made of different parts. */
export type NameKind = 'person' | 'organisation';

export type TokenKind = 'word' | 'generic' | 'particle' | 'initial' | 'form' | 'number';

export interface NameToken {
  readonly text: string;
  readonly kind: TokenKind;
  /** How much it tells, 0 to 1. */
  readonly weight: number;
  readonly sounds: readonly string[];
  /** What it may be short for. */
  readonly longForms: readonly string[];
  /** Consonants alone: what a script without vowels keeps. */
  readonly skeleton: string;
  /** As `lettersOf` says. */
  readonly letters: number;
}

export interface PreparedName {
  readonly kind: NameKind;
  readonly tokens: readonly NameToken[];
  /** All words as one, in the orders in which the name may be written. */
  readonly joined: readonly string[];
  /** Written without vowels (Arabic, Hebrew). */
  readonly isAbjad: boolean;
  /** The characters themselves where each says a syllable or more (Han, Hangul). */
  readonly syllables: string;
}

const MAX_TOKENS = 16;
const MAX_NAME = 400;
const weights: Readonly<Record<TokenKind, number>> = {
  word: 1,
  generic: 0.6,
  particle: 0.15,
  initial: 0.6,
  form: 0.5,
  number: 0.35,
};

/** Words that were met before, by what is written: the names of a list share most of theirs. */
export type KnownTokens = Map<string, NameToken>;

/** A name taken apart for comparison; the list's names are prepared once per version, a query once. */
export function prepareName(name: string, kind: NameKind, known: KnownTokens = new Map()): PreparedName {
  const clean = name
    .normalize('NFKC')
    .replace(/[\u200b-\u200f\u2060\ufeff'’‘ʼʻ`´ʹʺ"“”„«»]/gu, '')
    .slice(0, MAX_NAME);
  const isAbjad = /[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(clean);
  const texts = kind === 'person' ? personTexts(clean) : organisationTexts(clean);
  const tokens = texts.slice(0, MAX_TOKENS).map((text) => {
    const key = `${kind} ${text}`;
    const token = known.get(key) ?? tokenOf(text, kind);
    known.set(key, token);
    return token;
  });
  return { kind, tokens, joined: joinedOf(clean, texts, kind), isAbjad, syllables: syllablesOf(clean) };
}

/** `LAST, First` also as `First LAST`. */
function joinedOf(clean: string, texts: readonly string[], kind: NameKind): string[] {
  const [last = '', first = ''] = clean.split(',');
  const orders = [texts.join('')];
  if (kind === 'person' && first !== '') {
    orders.push([...personTexts(first), ...personTexts(last)].join(''));
  }
  if (kind === 'person' && texts.length === 2) orders.push([...texts].reverse().join(''));
  return orders;
}

function syllablesOf(clean: string): string {
  const syllables = clean.match(/[\p{Script=Han}\p{Script=Hangul}]/gu) ?? [];
  const letters = clean.match(/\p{L}/gu) ?? [];
  return syllables.length > 1 && syllables.length === letters.length ? syllables.join('') : '';
}

function asciiWords(text: string): string[] {
  return anyAscii(text)
    .toLowerCase()
    .replace(/['`"]/g, '')
    .replaceAll('&', ' and ')
    .replaceAll('%', ' percent')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

const digitLetters: Readonly<Record<string, string>> = {
  0: 'o',
  1: 'i',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  9: 'g',
};
/** `JC Juncker`: initials without their full stops; Ng is a name. */
const consonantPair = /^(?!ng$)[bcdfghjklmnpqrstvwxz]{2}$/;
const companyTails = new Set(['llc', 'ltd', 'inc', 'plc', 'gmbh', 'sa', 'corp']);

function personTexts(clean: string): string[] {
  let texts = asciiWords(clean).map((word) =>
    /[a-z]/.test(word) ? word.replace(/[0134579]/g, (digit) => digitLetters[digit] ?? digit) : word,
  );
  while (texts.length > 2 && companyTails.has(texts.at(-1) ?? '')) texts.pop();
  texts = texts.filter((text) => text !== 'and');
  const named = texts.filter((text) => !titles.has(text));
  if (named.length > 0) texts = named;
  return texts.flatMap((text) => (consonantPair.test(text) ? [...text] : [text]));
}

function organisationTexts(clean: string): string[] {
  // S.A. and SA, A.B.C. and ABC are one
  const joined = clean.replace(/(?<![\p{L}\p{N}])\p{L}(?:\.\s?\p{L})+(?![\p{L}\p{N}])\.?/gu, (initials) =>
    initials.replace(/[.\s]/g, ''),
  );
  let text = ` ${asciiWords(joined).join(' ')} `;
  for (const [long, short] of longLegalForms) text = text.replace(` ${long} `, ` ${short} `);
  text = text.replace(' united states ', ' usa ');
  const texts = withNumbers(shortenForms(text.trim().split(' '))).map((word) => synonyms.get(word) ?? word);
  return texts.length > 1 ? texts.filter((word) => word !== 'and' && word !== 'the') : texts;
}

/** Long legal forms that are misspelled: a slip for every ten letters. */
function shortenForms(texts: string[]): string[] {
  for (const [long, short] of longLegalForms) {
    const size = long.split(' ').length;
    for (let i = 0; long.length >= 10 && i + size <= texts.length; i += 1) {
      const slice = texts.slice(i, i + size).join(' ');
      const most = Math.floor(long.length / 10);
      if (Math.abs(slice.length - long.length) > 2 || editDistance(slice, long, most) > most) continue;
      return shortenForms([...texts.slice(0, i), short, ...texts.slice(i + size)]);
    }
  }
  return texts;
}

/** Words that say numbers become digits; `forty four` is one number. */
function withNumbers(texts: readonly string[]): string[] {
  const result: string[] = [];
  let open: number | undefined;
  for (const text of texts) {
    const number = numberOf(text);
    if (number === undefined) {
      result.push(text);
      open = undefined;
    } else if (open !== undefined && number > 0 && number < 10) {
      result[result.length - 1] = String(open + number);
      open = undefined;
    } else {
      result.push(String(number));
      open = number >= 20 && number % 10 === 0 && !/\d/.test(text) ? number : undefined;
    }
  }
  return result;
}

function tokenOf(written: string, kind: NameKind): NameToken {
  const text = kind === 'person' ? (particleForms.get(written) ?? written) : written;
  const tokenKind = kindOf(text, kind);
  const isShortWord = tokenKind === 'word' && text.length < 3;
  return {
    text,
    kind: tokenKind,
    weight: isShortWord ? 0.7 : weights[tokenKind],
    sounds: tokenKind === 'word' || tokenKind === 'generic' ? soundKeys(text) : [],
    longForms: kind === 'person' ? (nicknames.get(written) ?? []) : [],
    skeleton: skeletonOf(text),
    letters: lettersOf(text),
  };
}

function kindOf(text: string, kind: NameKind): TokenKind {
  if (/^\d+$/.test(text)) return 'number';
  if (kind === 'person') {
    if (text.length === 1) return 'initial';
    return particles.has(text) ? 'particle' : 'word';
  }
  if (legalForms.has(text)) return 'form';
  return genericWords.has(text) ? 'generic' : 'word';
}

/** The consonants by their place, for Arabic and Hebrew: p is written b, v is written b or f, e and o are not written. */
function skeletonOf(text: string): string {
  return text
    .replace(/th/g, 't')
    .replace(/kh/g, 'x')
    .replace(/gh/g, 'g')
    .replace(/sh|ch/g, 's')
    .replace(/ph/g, 'f')
    .replace(/[aeiouwyh]/g, '')
    .replace(/[pv]/g, 'b')
    .replace(/[cq]/g, 'k')
    .replace(/[z]/g, 's')
    .replace(/(.)\1+/g, '$1');
}

/** The text under which a name is looked up by its trigrams: words in ASCII. */
export function searchText(name: string): string {
  return asciiWords(
    name
      .normalize('NFKC')
      .replace(/['’‘ʼʻ`´]/g, '')
      .slice(0, MAX_NAME),
  )
    .join(' ')
    .slice(0, MAX_NAME);
}

/** What `searchText` made, without vowels: for names in scripts that do not write them. */
export function skeletonText(search: string): string {
  return search
    .split(' ')
    .map(skeletonOf)
    .filter((word) => word !== '')
    .join(' ');
}
