import { readFileSync } from 'node:fs';
import { parse } from '@baize/messaging';
import { Type } from 'class-transformer';
import {
  ArrayMinSize,
  IsArray,
  IsDefined,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  MinLength,
  ValidateNested,
} from 'class-validator';
import { scopeNames, type Scope } from './auth/scopes';

const STAFF = /^[a-z0-9][a-z0-9.-]{0,63}$/;

/** A machine that may ask for tokens. */
export class ClientSettings {
  /** Who it is in logs, ledgers and idempotency scopes; survives rotation of the credentials. */
  @IsString() @Matches(/^[a-z0-9][a-z0-9-]{0,63}$/) name: string;
  @IsString() @MinLength(1) clientId: string;
  /** Hex SHA-256 of a secret of at least 128 random bits. */
  @IsString() @Matches(/^[0-9a-f]{64}$/) secretSha256: string;
  @IsArray() @IsIn(scopeNames, { each: true }) scopes: Scope[];
  @IsArray() @ArrayMinSize(1) @IsString({ each: true }) brands: string[];
  /** Networks in CIDR form; every address when left out. */
  @IsOptional() @IsArray() @IsString({ each: true }) allowedIps?: string[];
  /** The login of the one person whose own program it is: it acts as that person, also where two must agree. */
  @IsOptional() @IsString() @Matches(STAFF) heldBy?: string;
}

/** A key for signed requests. A client has two while one replaces the other. */
export class HmacKeySettings {
  @IsString() @MinLength(1) keyId: string;
  @IsString() @MinLength(16) secret: string;
  /** The name of the client that it speaks for. */
  @IsString() @Matches(/^[a-z0-9][a-z0-9-]{0,63}$/) client: string;
  @IsArray() @IsIn(scopeNames, { each: true }) scopes: Scope[];
  @IsArray() @ArrayMinSize(1) @IsString({ each: true }) brands: string[];
  @IsOptional() @IsArray() @IsString({ each: true }) allowedIps?: string[];
  /** As of the client. */
  @IsOptional() @IsString() @Matches(STAFF) heldBy?: string;
}

/** A brand's web page that may register players and log them in. Its id is public. */
export class PublicClientSettings {
  @IsString() @MinLength(1) clientId: string;
  @IsString() @MinLength(1) brand: string;
  /** Such as `https://casino.example`. */
  @IsArray() @IsString({ each: true }) origins: string[];
}

export class ProviderSettings {
  @IsOptional() @IsArray() @IsString({ each: true }) allowedIps?: string[];
}

/** How access tokens of machines are made. */
export class JwtSettings {
  /** Of HS256; at least 32 bytes. Every replica has the same. */
  @IsString() @MinLength(32) secret: string;
  @IsOptional() @IsString() @MinLength(1) issuer?: string;
  @IsOptional() @IsString() @MinLength(1) audience?: string;
  /** 5 to 15 minutes. */
  @IsOptional() @Min(300) @Max(900) @IsInt() ttlSeconds?: number;
}

/** Per replica. */
export class RateLimitSettings {
  @IsOptional() @Min(1) @IsInt() clientPerSecond?: number;
  @IsOptional() @Min(1) @IsInt() playerPerSecond?: number;
  /** Browsers that register or log in, per address. */
  @IsOptional() @Min(1) @IsInt() browserPerMinute?: number;
  /** Calls without any credentials, per address. */
  @IsOptional() @Min(1) @IsInt() publicPerSecond?: number;
  /** Failed authentications, per address. */
  @IsOptional() @Min(1) @IsInt() failuresPerMinute?: number;
  /** Callbacks of one provider for one brand. */
  @IsOptional() @Min(1) @IsInt() providerPerSecond?: number;
}

/** The file that `GATEWAY_CONFIG` names. */
export class EdgeSettings {
  @IsArray() @ValidateNested({ each: true }) @Type(() => ClientSettings) clients: ClientSettings[];
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => HmacKeySettings)
  hmacKeys?: HmacKeySettings[];
  @IsOptional()
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => PublicClientSettings)
  publicClients?: PublicClientSettings[];
  /** By the provider's name. */
  @IsOptional() @IsObject() providers?: Record<string, ProviderSettings>;
  /** Payment service providers, by name. */
  @IsOptional() @IsObject() psps?: Record<string, ProviderSettings>;
  /** The hops whose X-Forwarded-For is believed, in CIDR form. */
  @IsOptional() @IsArray() @IsString({ each: true }) trustedProxies?: string[];
  @IsDefined() @IsObject() @ValidateNested() @Type(() => JwtSettings) jwt: JwtSettings;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => RateLimitSettings) rateLimits?: RateLimitSettings;
}

/** @throws Error that names every bad field, never a value */
export function readEdgeSettings(file: string): EdgeSettings {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Error(`GATEWAY_CONFIG: ${file} is not a readable JSON file`);
  }
  const settings = parse(EdgeSettings, json);
  if (!settings.ok) throw new Error(`GATEWAY_CONFIG: ${file}: ${problems(settings.error.errors)}`);
  for (const group of ['providers', 'psps'] as const) {
    for (const [name, value] of Object.entries(settings.value[group] ?? {})) {
      const parsed = parse(ProviderSettings, value);
      if (!parsed.ok)
        throw new Error(`GATEWAY_CONFIG: ${file}: ${group}.${name}: ${problems(parsed.error.errors)}`);
    }
  }
  return settings.value;
}

function problems(errors: readonly { path: string; message: string }[] = []): string {
  return errors.map(({ path, message }) => `${path} ${message}`).join('; ');
}
