import { readFileSync } from 'node:fs';
import { auditKeyPattern } from '@baize/audit';
import { IsInt, IsOptional, IsString, IsUrl, Matches, Max, Min, MinLength } from 'class-validator';
import { defaultSessionPolicy, Providers, type ProvidersFile } from './providers';

const postgresUrl = { protocols: ['postgres', 'postgresql'], require_tld: false, require_protocol: true };

/** What `migrate` and `dead-letters` need. */
export class DatabaseConfig {
  @IsUrl(postgresUrl)
  databaseUrl: string;
}

/** What `catalogue sync` needs. */
export class CatalogueConfig extends DatabaseConfig {
  /** Path of a JSON file: brands with the rules of their `sessions`, providers, credentials, `launchUrl`, `api`. */
  @IsString()
  @MinLength(1)
  gameSessionsConfig: string;

  /** JSON object from provider to the URL that its games are launched at; wins over `launchUrl` of the file. */
  @IsString()
  launchBaseUrls = '{}';

  /** How long a launched session takes bets, where the brand says nothing else. */
  @IsInt()
  @Min(1)
  @Max(10_080)
  sessionTtlMinutes = 480;
}

/** The environment of the service: property `natsUrl` is `NATS_URL`. */
export class GameSessionsConfig extends CatalogueConfig {
  @IsString()
  @MinLength(1)
  natsUrl: string;

  @IsString()
  @MinLength(1)
  natsUser = 'game-sessions';

  @IsOptional()
  @IsString()
  natsPassword?: string;

  /** Signs how far the audit log went: the 32 bytes of an Ed25519 seed, base64. */
  @Matches(auditKeyPattern, { message: 'must be 32 bytes in base64' }) auditSigningKey: string;

  /** Port of health and metrics. */
  @IsInt()
  @Min(1)
  @Max(65_535)
  httpPort: number;

  @IsString()
  httpHost = '127.0.0.1';

  /**
   * What a round is settled with by one person is at most so many whole units of its currency. More is an adjustment,
   * which a second person approves.
   */
  @IsInt()
  @Min(0)
  @Max(1_000_000_000)
  settledWinMaxUnits = 100_000;

  /** How often the lists of games are fetched from providers with an API. */
  @IsInt()
  @Min(1)
  @Max(10_080)
  catalogueSyncMinutes = 15;

  @IsInt()
  @Min(2)
  @Max(50)
  databasePoolSize = 8;
}

/** Reads the providers' configuration. @throws Error that names every bad entry, never a value */
export function readProviders(config: CatalogueConfig): Providers {
  const file = readJson('GAME_SESSIONS_CONFIG', () => readFileSync(config.gameSessionsConfig, 'utf8'));
  if (!isProvidersFile(file))
    throw new Error('GAME_SESSIONS_CONFIG: must be {"brands": {"<brand>": {"providers": {...}}}}');
  const urls = readJson('LAUNCH_BASE_URLS', () => config.launchBaseUrls);
  if (!isRecord(urls) || !Object.values(urls).every((url) => typeof url === 'string'))
    throw new Error('LAUNCH_BASE_URLS: must be a JSON object from provider to URL');
  const sessions = { ...defaultSessionPolicy, maxMinutes: config.sessionTtlMinutes };
  return new Providers(file, urls as Record<string, string>, sessions);
}

function readJson(variable: string, read: () => string): unknown {
  try {
    return JSON.parse(read()) as unknown;
  } catch (error) {
    const missing = (error as { code?: unknown }).code === 'ENOENT';
    throw new Error(`${variable}: ${missing ? 'there is no such file' : 'is not JSON'}`, { cause: error });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isProvidersFile(file: unknown): file is ProvidersFile {
  return (
    isRecord(file) &&
    isRecord(file.brands) &&
    Object.values(file.brands).every(
      (brand) =>
        isRecord(brand) && isRecord(brand.providers) && Object.values(brand.providers).every(isRecord),
    )
  );
}
