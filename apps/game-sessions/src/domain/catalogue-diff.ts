import type { ChangeKind } from '@baize/contracts';
import { gameFacts, idOfGame, type Game, type ListedGame } from './catalogue';

/** One fact before and after, as JSON; `null` where nobody told. */
export interface FactDifference {
  readonly fact: string;
  readonly before: string;
  readonly after: string;
}
/** A game as it is after a change. */
export interface GameChange {
  readonly kind: ChangeKind;
  readonly game: Game;
  readonly facts: readonly FactDifference[];
}
export interface CatalogueDiff {
  readonly changes: readonly GameChange[];
  readonly unchanged: number;
}

/** What a provider's new game is until somebody tells more: playable in the currencies that are configured. */
export interface NewGameDefaults {
  readonly currencies: readonly string[];
}

/** Lists that lack more of what is known than this share are held: an outage of theirs looks like that. */
const heldAboveShare = 0.2;
/** Longer facts are shown cut: a diff is for people. */
const maxShown = 4_000;

/**
 * What makes the known games of one provider agree with its list. Games keep their ids for ever: also those that go
 * and come back. With `whole`, what is not listed is removed; otherwise it stays.
 */
export function diffCatalogue(
  provider: string,
  known: readonly Game[],
  listed: readonly ListedGame[],
  { whole, defaults }: { whole: boolean; defaults: NewGameDefaults },
): CatalogueDiff {
  const byProviderGameId = new Map(known.map((game) => [game.providerGameId, game]));
  const changes: GameChange[] = [];
  const seen = new Set<string>();
  for (const entry of listed) {
    seen.add(entry.providerGameId);
    const before = byProviderGameId.get(entry.providerGameId);
    const after = before ? merge(before, entry) : newGame(provider, entry, defaults);
    const facts = differences(before, after);
    if (!before) changes.push({ kind: 'added', game: after, facts });
    else if (!before.enabled) changes.push({ kind: 'restored', game: after, facts });
    else if (facts.length > 0) changes.push({ kind: 'changed', game: after, facts });
  }
  if (whole)
    for (const game of known)
      if (game.enabled && !seen.has(game.providerGameId))
        changes.push({ kind: 'removed', game: { ...game, enabled: false }, facts: [] });
  const touched = changes.filter(({ kind }) => kind !== 'removed').length;
  return { changes, unchanged: listed.length - touched };
}

/** Why a whole list has to wait for somebody who says that it is right; undefined when it does not. */
export function suspicionOf(known: readonly Game[], { changes }: CatalogueDiff): string | undefined {
  const offered = known.filter(({ enabled }) => enabled).length;
  const removed = changes.filter(({ kind }) => kind === 'removed').length;
  if (removed <= offered * heldAboveShare) return undefined;
  return `the list lacks ${removed} of ${offered} games that are offered`;
}

function merge(before: Game, entry: ListedGame): Game {
  return { ...before, ...entry, enabled: true };
}

function newGame(provider: string, entry: ListedGame, { currencies }: NewGameDefaults): Game {
  return {
    id: idOfGame(provider, entry.providerGameId),
    provider,
    category: 'other',
    currencies: [...currencies],
    blockedCountries: [],
    devices: ['desktop', 'mobile', 'tablet'],
    demoAvailable: false,
    ...entry,
    enabled: true,
  };
}

function differences(before: Game | undefined, after: Game): FactDifference[] {
  return gameFacts.flatMap((fact) => {
    if (isSame(before?.[fact], after[fact])) return [];
    const [was, is] = [shown(before?.[fact]), shown(after[fact])];
    return was === is ? [] : [{ fact, before: was.slice(0, maxShown), after: is.slice(0, maxShown) }];
  });
}

/** Nearly all of a list is as it was: seen without writing it out. */
function isSame(before: unknown, after: unknown): boolean {
  if (before === after) return true;
  if (!Array.isArray(before) || !Array.isArray(after) || before.length !== after.length) return false;
  return before.every((item, at) => item === after[at]);
}

/** Lists that say the same in another order are the same; an empty one says nothing. */
function shown(fact: Game[(typeof gameFacts)[number]]): string {
  if (fact === undefined || (Array.isArray(fact) && fact.length === 0)) return 'null';
  if (Array.isArray(fact)) return JSON.stringify([...fact].map(String).sort());
  return JSON.stringify(fact, sortedKeys);
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
