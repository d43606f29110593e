/** `a`-`z`, `0`-`9` and what lies around words. */
const SIGNS = 37;
const TRIGRAMS = SIGNS ** 3;

/** Which text a trigram was last seen in: each counts once for a text. Shared, because nothing here waits. */
const lastSeen = new Float64Array(TRIGRAMS);
let seenTexts = 0;

export interface TrigramSearch {
  /** Share of common trigrams of all trigrams of both texts, 0 to 1. */
  readonly threshold: number;
  readonly most: number;
  /** Whether a text is looked at, by its number. */
  readonly accepts: (text: number) => boolean;
}

/**
 * Texts by their trigrams, as `pg_trgm` counts them: every word has two spaces before it and one behind it. Texts are
 * words of `a`-`z` and `0`-`9` with one space between them, and are known by their place in the list.
 *
 * A search adds one for every text of every trigram of its own, so it costs at most all trigrams of all texts once
 * (600,000 additions, under a millisecond, for 20,000 names), whatever it looks for.
 */
export class TrigramIndex {
  /** Where the texts of a trigram begin in `texts`; they end where those of the next one begin. */
  private readonly starts = new Uint32Array(TRIGRAMS + 1);
  private readonly texts: Uint32Array;
  /** How many different trigrams each text has. */
  private readonly sizes: Uint16Array;
  /** How many of them the search has, during a search. */
  private readonly common: Uint16Array;

  constructor(texts: readonly string[]) {
    this.sizes = new Uint16Array(texts.length);
    this.common = new Uint16Array(texts.length);
    const { starts, sizes } = this;
    texts.forEach((text, n) => {
      sizes[n] = eachTrigram(text, (trigram) => (starts[trigram + 1] = (starts[trigram + 1] ?? 0) + 1));
    });
    for (let i = 0; i < TRIGRAMS; i += 1) starts[i + 1] = (starts[i + 1] ?? 0) + (starts[i] ?? 0);
    this.texts = new Uint32Array(starts[TRIGRAMS] ?? 0);
    const next = starts.slice();
    texts.forEach((text, n) => {
      eachTrigram(text, (trigram) => {
        const place = next[trigram] ?? 0;
        this.texts[place] = n;
        next[trigram] = place + 1;
      });
    });
  }

  /** The texts that are as alike as the threshold or more, the most alike first, then by number. */
  find(text: string, { threshold, most, accepts }: TrigramSearch): number[] {
    const { starts, texts, sizes, common } = this;
    common.fill(0);
    const size = eachTrigram(text, (trigram) => {
      const end = starts[trigram + 1] ?? 0;
      for (let i = starts[trigram] ?? 0; i < end; i += 1) {
        const n = texts[i] ?? 0;
        common[n] = (common[n] ?? 0) + 1;
      }
    });
    const found: { n: number; alike: number }[] = [];
    for (let n = 0; n < common.length; n += 1) {
      const both = common[n] ?? 0;
      if (both === 0) continue;
      const alike = both / (size + (sizes[n] ?? 0) - both);
      if (alike >= threshold && accepts(n)) found.push({ n, alike });
    }
    return found
      .sort((x, y) => y.alike - x.alike || x.n - y.n)
      .slice(0, most)
      .map(({ n }) => n);
  }
}

/** Calls back once for each different trigram and answers how many there are. */
function eachTrigram(text: string, visit: (trigram: number) => void): number {
  seenTexts += 1;
  let count = 0;
  let [before, last] = [0, 0];
  for (let i = 0; i <= text.length; i += 1) {
    const sign = i < text.length ? signOf(text.charCodeAt(i)) : 0;
    // between words: nothing ends where nothing was
    if (sign === 0 && last === 0) continue;
    const trigram = (before * SIGNS + last) * SIGNS + sign;
    if (lastSeen[trigram] !== seenTexts) {
      lastSeen[trigram] = seenTexts;
      count += 1;
      visit(trigram);
    }
    [before, last] = sign === 0 ? [0, 0] : [last, sign];
  }
  return count;
}

function signOf(char: number): number {
  if (char >= 97 && char <= 122) return char - 96;
  if (char >= 48 && char <= 57) return char - 21;
  return 0;
}
