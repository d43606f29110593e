import type { ChangeKind } from '@baize/contracts';
import type { Db } from '@baize/persistence';
import type { Game } from '../domain/catalogue';
import type { GameChange } from '../domain/catalogue-diff';
import type { BrandVisibility } from '../domain/catalogue-index';

interface GameRow {
  id: string;
  provider: string;
  provider_game_id: string;
  name: string;
  category: Game['category'];
  rtp_basis_points: number | null;
  rtp_profiles: number[];
  volatility: Game['volatility'] | null;
  currencies: string[];
  blocked_countries: string[];
  devices: string[];
  languages: string[];
  jurisdictions: string[];
  features: string[];
  live_table: Game['liveTable'] | null;
  demo_available: boolean;
  enabled: boolean;
  removed_at: string | null;
}

/** The catalogue grows with each of its changes; replicas compare it with what they have loaded. */
export async function catalogueVersion(db: Db): Promise<bigint> {
  const [row] = await db.query<{ version: bigint }>('SELECT version FROM catalogue_version');
  return row?.version ?? 0n;
}

/** Makes the writers of the catalogue take turns until the transaction ends. */
export async function lockCatalogue(db: Db): Promise<void> {
  await db.query('SELECT 1 FROM catalogue_version FOR UPDATE');
}

/** Tells the replicas that there is something new to load. */
export async function bumpCatalogue(db: Db): Promise<void> {
  await db.query('UPDATE catalogue_version SET version = version + 1');
}

export async function loadGames(db: Db, provider?: string): Promise<Game[]> {
  // as JSON: tens of thousands of arrays in the driver's own form would keep the process busy for seconds
  const rows = await db.query<{ game: GameRow }>(
    'SELECT to_json(game) AS game FROM game WHERE $1::text IS NULL OR provider = $1',
    [provider ?? null],
  );
  return rows.map(({ game }) => fromRow(game));
}

function fromRow(row: GameRow): Game {
  return {
    id: row.id,
    provider: row.provider,
    providerGameId: row.provider_game_id,
    name: row.name,
    category: row.category,
    ...(row.rtp_basis_points !== null && { rtpBasisPoints: row.rtp_basis_points }),
    ...(row.rtp_profiles.length > 0 && { rtpProfiles: row.rtp_profiles }),
    ...(row.volatility && { volatility: row.volatility }),
    currencies: row.currencies,
    blockedCountries: row.blocked_countries,
    devices: row.devices,
    ...(row.languages.length > 0 && { languages: row.languages }),
    ...(row.jurisdictions.length > 0 && { jurisdictions: row.jurisdictions }),
    ...(row.features.length > 0 && { features: row.features }),
    ...(row.live_table && { liveTable: row.live_table }),
    demoAvailable: row.demo_available,
    enabled: row.enabled && row.removed_at === null,
  };
}

export async function loadVisibility(db: Db): Promise<BrandVisibility[]> {
  const rows = await db.query<{ brand: string; game_id: string; market: string; visible: boolean }>(
    'SELECT * FROM game_visibility',
  );
  return rows.map(({ brand, game_id: gameId, market, visible }) => ({
    brand,
    gameId,
    visible,
    ...(market !== '' && { market }),
  }));
}

/** Puts these rules in the place of those that the brand has for the game. */
export async function saveVisibility(
  db: Db,
  { brand, gameId }: { brand: string; gameId: string },
  rules: readonly { market?: string; visible: boolean }[],
): Promise<void> {
  await db.query('DELETE FROM game_visibility WHERE brand = $1 AND game_id = $2', [brand, gameId]);
  await db.query(
    `INSERT INTO game_visibility (brand, game_id, market, visible)
     SELECT $1, $2, coalesce(r.market, ''), r.visible
     FROM jsonb_to_recordset($3::jsonb) AS r(market text, visible boolean)`,
    [brand, gameId, JSON.stringify(rules)],
  );
}

/** Adds the games that are not there yet, and changes none: a provider's own list knows better. */
export async function seedGames(db: Db, games: readonly Omit<Game, 'enabled'>[]): Promise<number> {
  const rows = await db.query(
    `${insertSql} ON CONFLICT (provider, provider_game_id) DO NOTHING RETURNING id`,
    [JSON.stringify(games)],
  );
  return rows.length;
}

/** Writes what a difference says; a game that is there keeps its id. */
export async function applyChanges(
  db: Db,
  runId: string,
  changes: readonly GameChange[],
  at: Date,
): Promise<void> {
  if (changes.length === 0) return;
  const written = changes.filter(({ kind }) => kind !== 'removed').map(({ game }) => game);
  await db.query(`${insertSql} ON CONFLICT (provider, provider_game_id) DO UPDATE SET ${updateSql}`, [
    JSON.stringify(written),
  ]);
  const removed = changes.filter(({ kind }) => kind === 'removed').map(({ game }) => game.id);
  await db.query('UPDATE game SET removed_at = $2 WHERE id = ANY ($1::uuid[])', [removed, at]);
  await db.query(
    `INSERT INTO catalogue_change (run_id, game_id, provider, kind, facts, at)
     SELECT $1, c.id, c.provider, c.kind, c.facts, $3
     FROM jsonb_to_recordset($2::jsonb) AS c(id uuid, provider text, kind text, facts jsonb)`,
    [
      runId,
      JSON.stringify(
        changes.map(({ kind, game, facts }) => ({
          id: game.id,
          provider: game.provider,
          kind,
          // of a new game the game itself tells everything
          facts: kind === 'added' ? [] : facts,
        })),
      ),
      at,
    ],
  );
}

const insertSql = `
INSERT INTO game (id, provider, provider_game_id, name, category, rtp_basis_points, rtp_profiles, volatility, currencies,
  blocked_countries, devices, languages, jurisdictions, features, live_table, demo_available)
SELECT g.id, g.provider, g."providerGameId", g.name, g.category, g."rtpBasisPoints", coalesce(g."rtpProfiles", '{}'),
  g.volatility, g.currencies, g."blockedCountries", g.devices, coalesce(g.languages, '{}'),
  coalesce(g.jurisdictions, '{}'), coalesce(g.features, '{}'), g."liveTable", g."demoAvailable"
FROM jsonb_to_recordset($1::jsonb) AS g(id uuid, provider text, "providerGameId" text, name text, category text,
  "rtpBasisPoints" int, "rtpProfiles" int[], volatility text, currencies text[], "blockedCountries" text[],
  devices text[], languages text[], jurisdictions text[], features text[], "liveTable" jsonb,
  "demoAvailable" boolean)`;
const updateSql = `
  name = excluded.name, category = excluded.category, rtp_basis_points = excluded.rtp_basis_points,
  rtp_profiles = excluded.rtp_profiles, volatility = excluded.volatility, currencies = excluded.currencies,
  blocked_countries = excluded.blocked_countries, devices = excluded.devices, languages = excluded.languages,
  jurisdictions = excluded.jurisdictions, features = excluded.features, live_table = excluded.live_table,
  demo_available = excluded.demo_available, removed_at = NULL`;

/** A change as it was written down. */
export interface RecordedChange {
  readonly id: bigint;
  readonly run_id: string;
  readonly game_id: string;
  readonly provider: string;
  readonly kind: ChangeKind;
  readonly facts: GameChange['facts'];
  readonly at: Date;
}

/** Newest first, before the given number. */
export async function listChanges(
  db: Db,
  of: { provider?: string; gameId?: string; before?: string; limit: number },
): Promise<RecordedChange[]> {
  return db.query<RecordedChange>(
    `SELECT * FROM catalogue_change
     WHERE ($1::text IS NULL OR provider = $1) AND ($2::uuid IS NULL OR game_id = $2)
       AND ($3::bigint IS NULL OR id < $3)
     ORDER BY id DESC LIMIT $4`,
    [of.provider ?? null, of.gameId ?? null, of.before ?? null, of.limit],
  );
}
