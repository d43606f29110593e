import { Actor, PageRequest } from './common';
import { command, query } from './contract';
import {
  Count,
  CountList,
  Country,
  Currency,
  Flag,
  Id,
  ListOf,
  Nested,
  OneOf,
  Optional,
  Text,
  TextList,
  TimeOfDay,
  Timestamp,
  UnsignedMinorUnits,
} from './fields';

export const gameCategories = ['slot', 'table', 'live', 'jackpot', 'instant', 'other'] as const;
export type GameCategory = (typeof gameCategories)[number];
export const volatilities = ['low', 'medium-low', 'medium', 'medium-high', 'high'] as const;
export type Volatility = (typeof volatilities)[number];
export const devices = ['desktop', 'mobile', 'tablet'] as const;
export type Device = (typeof devices)[number];

/** What one place at a table may stake, minor units. */
export class TableLimit {
  @Currency() currency: string;
  @UnsignedMinorUnits() minimum: number;
  @UnsignedMinorUnits() maximum: number;
}
/** A table with a dealer. Without hours it never closes. */
export class LiveTable {
  @ListOf(() => TableLimit, 50) limits: TableLimit[];
  @Optional() @Count(1_000, 1) seats?: number;
  /** UTC; a table that closes before it opens is open over midnight. */
  @Optional() @TimeOfDay() opensAt?: string;
  @Optional() @TimeOfDay() closesAt?: string;
}

/** A game. What is left out was told by nobody. */
export class GameDto {
  @Id() id: string;
  @Id() provider: string;
  @Id() providerGameId: string;
  @Text(200) name: string;
  @OneOf(gameCategories) category: GameCategory;
  /** Return to player in basis points: 9600 is 96%. */
  @Optional() @Count(10_000) rtpBasisPoints?: number;
  /** The profiles that the provider can run it with, in basis points. */
  @Optional() @CountList(20, 10_000) rtpProfiles?: number[];
  @Optional() @OneOf(volatilities) volatility?: Volatility;
  @TextList(200, 10) currencies: string[];
  /** ISO 3166-1 alpha-2. */
  @TextList(300, 2) blockedCountries: string[];
  @TextList(5, 20) devices: string[];
  /** BCP 47. */
  @Optional() @TextList(200, 20) languages?: string[];
  /** Where it is certified, as its provider names them. */
  @Optional() @TextList(100, 20) jurisdictions?: string[];
  /** Such as `free-rounds`, `bonus-buy`, `jackpot`. */
  @Optional() @TextList(50, 40) features?: string[];
  @Optional() @Nested(() => LiveTable) liveTable?: LiveTable;
  @Flag() demoAvailable: boolean;
}
export class ListGames extends PageRequest {
  @Id() brand: string;
  @Optional() @Id() provider?: string;
  @Optional() @Text(20) category?: string;
  /** Of the player: leaves out what is blocked or hidden there. */
  @Optional() @Country() country?: string;
  @Optional() @Currency() currency?: string;
  @Optional() @OneOf(devices) device?: Device;
  @Optional() @OneOf(volatilities) volatility?: Volatility;
  @Optional() @Text(20) language?: string;
  @Optional() @Text(20) jurisdiction?: string;
  @Optional() @Text(40) feature?: string;
  /** Part of the name. */
  @Optional() @Text(100) q?: string;
}
export class GamePage {
  @ListOf(() => GameDto, 200) items: GameDto[];
  @Optional() @Text(512) nextCursor?: string;
}
export class GetGame {
  @Id() brand: string;
  @Id() gameId: string;
}

/** How a brand shows a game: everywhere, or to players of one country. */
export class VisibilityRule {
  /** The country of the player; left out, the rule holds wherever no country's rule does. */
  @Optional() @Country() market?: string;
  @Flag() visible: boolean;
}
export class GetGameVisibility {
  @Id() brand: string;
  @Id() gameId: string;
}
export class SetGameVisibility {
  @Id() brand: string;
  @Id() gameId: string;
  /** Take the place of those that are there; none shows the game everywhere. */
  @ListOf(() => VisibilityRule, 250) rules: VisibilityRule[];
  /** Who says so. */
  @Nested(() => Actor) actor: Actor;
}
export class GameVisibility {
  @Id() gameId: string;
  @ListOf(() => VisibilityRule, 250) rules: VisibilityRule[];
}

export const changeKinds = ['added', 'changed', 'removed', 'restored'] as const;
export type ChangeKind = (typeof changeKinds)[number];
/** One fact before and after; null where nobody told. */
export class FactChange {
  @Text(40) fact: string;
  /** JSON. */
  @Text(4_096) before: string;
  /** JSON. */
  @Text(4_096) after: string;
}
export class CatalogueChangeDto {
  @Id() id: string;
  @Id() runId: string;
  @Id() gameId: string;
  @Id() provider: string;
  @OneOf(changeKinds) kind: ChangeKind;
  @ListOf(() => FactChange, 20) facts: FactChange[];
  @Timestamp() at: string;
}
export class ListCatalogueChanges extends PageRequest {
  @Optional() @Id() provider?: string;
  @Optional() @Id() gameId?: string;
}
export class CatalogueChangePage {
  @ListOf(() => CatalogueChangeDto, 200) items: CatalogueChangeDto[];
  @Optional() @Text(512) nextCursor?: string;
}

export const runStates = ['running', 'applied', 'held', 'discarded', 'failed'] as const;
export type RunState = (typeof runStates)[number];
/** One fetch of a provider's list, or one import. */
export class CatalogueRunDto {
  @Id() id: string;
  @OneOf(['sync', 'import']) source: 'sync' | 'import';
  @Optional() @Id() provider?: string;
  /** `held`: the list lacks so many known games that somebody has to say that it is right. */
  @OneOf(runStates) state: RunState;
  @Text(500, 0) detail: string;
  @Count() listed: number;
  @Count() added: number;
  @Count() changed: number;
  @Count() removed: number;
  @Count() restored: number;
  @Timestamp() startedAt: string;
  @Optional() @Timestamp() finishedAt?: string;
}
export class SyncCatalogue {
  @Id() provider: string;
}
export class ListCatalogueRuns extends PageRequest {
  @Optional() @Id() provider?: string;
}
export class CatalogueRunPage {
  @ListOf(() => CatalogueRunDto, 200) items: CatalogueRunDto[];
  @Optional() @Text(512) nextCursor?: string;
}
export class DecideCatalogueRun {
  @Id() runId: string;
  @OneOf(['apply', 'discard']) decision: 'apply' | 'discard';
  /** Who decides. */
  @Nested(() => Actor) actor: Actor;
}

export class ImportGames {
  @OneOf(['csv', 'json']) format: 'csv' | 'json';
  /** The file: CSV with a header line, or a JSON list of games. */
  @Text(60_000) content: string;
  /** Only shows what would change. */
  @Flag() dryRun: boolean;
  @Nested(() => Actor) actor: Actor;
}
export class GamesImported {
  @Optional() @Id() runId?: string;
  @Flag() dryRun: boolean;
  @Count() listed: number;
  @Count() added: number;
  @Count() changed: number;
  @Count() restored: number;
  @Count() unchanged: number;
  /** The first 200, or as many as an answer has room for. */
  @ListOf(() => ImportedChange, 200) changes: ImportedChange[];
}
export class ImportedChange {
  @Id() gameId: string;
  @Id() provider: string;
  @Id() providerGameId: string;
  @OneOf(changeKinds) kind: ChangeKind;
  @ListOf(() => FactChange, 20) facts: FactChange[];
}

export const catalogueCommands = {
  syncCatalogue: command('game-sessions', 'sync-catalogue', {
    request: SyncCatalogue,
    reply: CatalogueRunDto,
    callers: ['gateway'],
    timeoutMs: 30_000,
    description: "Fetches a provider's list of games and makes the catalogue agree with it, or holds it.",
  }),
  decideCatalogueRun: command('game-sessions', 'decide-catalogue-run', {
    request: DecideCatalogueRun,
    reply: CatalogueRunDto,
    callers: ['gateway'],
    description: 'Applies or discards a list that is held.',
  }),
  importGames: command('game-sessions', 'import-games', {
    request: ImportGames,
    reply: GamesImported,
    callers: ['gateway'],
    description: 'Adds and changes games from a file, all or none; a dry run only shows the difference.',
  }),
  setGameVisibility: command('game-sessions', 'set-game-visibility', {
    request: SetGameVisibility,
    reply: GameVisibility,
    callers: ['gateway'],
    description: 'Says where a brand shows a game.',
  }),
};
export const catalogueQueries = {
  listGames: query('game-sessions', 'list-games', {
    request: ListGames,
    reply: GamePage,
    callers: ['gateway'],
    description: 'The catalogue with filters.',
  }),
  getGame: query('game-sessions', 'get-game', {
    request: GetGame,
    reply: GameDto,
    callers: ['gateway'],
    description: 'One game of the catalogue.',
  }),
  getGameVisibility: query('game-sessions', 'get-game-visibility', {
    request: GetGameVisibility,
    reply: GameVisibility,
    callers: ['gateway'],
    description: 'Where a brand shows a game.',
  }),
  listCatalogueRuns: query('game-sessions', 'list-catalogue-runs', {
    request: ListCatalogueRuns,
    reply: CatalogueRunPage,
    callers: ['gateway'],
    description: 'Fetched and imported lists, newest first.',
  }),
  listCatalogueChanges: query('game-sessions', 'list-catalogue-changes', {
    request: ListCatalogueChanges,
    reply: CatalogueChangePage,
    callers: ['gateway'],
    description: 'What changed in the catalogue, newest first.',
  }),
};
