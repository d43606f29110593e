import type { Db } from '@baize/persistence';
import type { Game } from '../domain/catalogue';

interface GameRow {
  id: string;
  provider: string;
  provider_game_id: string;
  name: string;
  category: Game['category'];
  rtp_basis_points: number;
  currencies: string[];
  blocked_countries: string[];
  devices: string[];
  demo_available: boolean;
  enabled: boolean;
}

/** The whole catalogue, in the order in which it is listed. */
export async function loadGames(db: Db): Promise<Game[]> {
  const rows = await db.query<GameRow>('SELECT * FROM game ORDER BY name, id');
  return rows.map((row) => ({
    id: row.id,
    provider: row.provider,
    providerGameId: row.provider_game_id,
    name: row.name,
    category: row.category,
    rtpBasisPoints: row.rtp_basis_points,
    currencies: row.currencies,
    blockedCountries: row.blocked_countries,
    devices: row.devices,
    demoAvailable: row.demo_available,
    enabled: row.enabled,
  }));
}

/** Adds and updates games; a game keeps the id under which it came first. Run twice it changes nothing. */
export async function importGames(db: Db, games: readonly Omit<Game, 'enabled'>[]): Promise<void> {
  await db.query(importSql, [JSON.stringify(games)]);
}

const importSql = `
INSERT INTO game (id, provider, provider_game_id, name, category, rtp_basis_points, currencies, blocked_countries,
  devices, demo_available)
SELECT g.id, g.provider, g."providerGameId", g.name, g.category, g."rtpBasisPoints", g.currencies,
  g."blockedCountries", g.devices, g."demoAvailable"
FROM jsonb_to_recordset($1::jsonb) AS g(id uuid, provider text, "providerGameId" text, name text, category text,
  "rtpBasisPoints" int, currencies text[], "blockedCountries" text[], devices text[], "demoAvailable" boolean)
ON CONFLICT (provider, provider_game_id) DO UPDATE SET
  name = excluded.name, category = excluded.category, rtp_basis_points = excluded.rtp_basis_points,
  currencies = excluded.currencies, blocked_countries = excluded.blocked_countries, devices = excluded.devices,
  demo_available = excluded.demo_available`;
