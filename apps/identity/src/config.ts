import { auditKeyPattern } from '@baize/audit';
import {
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUrl,
  Matches,
  Max,
  Min,
  MinLength,
} from 'class-validator';

// 32 bytes in base64; GCM and HMAC-SHA256 keys of full length.
const KEY = /^[A-Za-z0-9+/]{43}=$/;
const keyMessage = { message: 'must be 32 bytes in base64' };

/** What commands beside the service need. */
export class DatabaseConfig {
  @IsString() @MinLength(1) databaseUrl: string;
}

/** Environment of the service; see each property for its unit. */
export class IdentityConfig extends DatabaseConfig {
  @IsInt() @Min(1) @Max(200) databasePoolSize: number = 10;
  @IsString() @MinLength(1) natsUrl: string;
  @IsString() @MinLength(1) natsUser: string = 'identity';
  @IsOptional() @IsString() natsPassword?: string;
  @IsInt() @Min(0) @Max(65535) httpPort: number;
  @IsString() httpHost: string = '127.0.0.1';
  @IsIn(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']) logLevel: string = 'info';

  /** Seals the persons' data keys: AES-256, base64. */
  @Matches(KEY, keyMessage) identityMasterKey: string;
  /** During a change of keys: a second master key, which opens what it sealed and seals nothing. */
  @IsOptional() @Matches(KEY, keyMessage) identityOtherMasterKey?: string;
  /** Keys the blind indexes: HMAC-SHA256, base64. Changing it orphans every account. */
  @Matches(KEY, keyMessage) identityIndexKey: string;

  /** Signs how far the audit log went: the 32 bytes of an Ed25519 seed, base64. */
  @Matches(auditKeyPattern, { message: 'must be 32 bytes in base64' }) auditSigningKey: string;

  // argon2id: OWASP's first recommendation, some 25 ms of one core per login
  @IsInt() @Min(8) @Max(1_048_576) passwordMemoryKib: number = 19_456;
  @IsInt() @Min(1) @Max(10) passwordPasses: number = 2;
  @IsInt() @Min(1) @Max(4) passwordLanes: number = 1;

  /** Path of a JSON file: `{staff: [{id, role, brands, passwordHash, totpSecret}]}`; without one nobody. */
  @IsOptional() @IsString() identityStaff?: string;
  @IsInt() @Min(60) @Max(43_200) staffTokenSeconds: number = 3_600;

  @IsInt() @Min(1) @Max(3_600) accessTokenSeconds: number = 600;
  /** From the last refresh. */
  @IsInt() @Min(1) @Max(7_776_000) refreshTokenSeconds: number = 2_592_000;

  /** A further login ends the oldest session. */
  @IsInt() @Min(1) @Max(1_000) maxSessionsPerPlayer: number = 100;
  /** How long an ended session, with the address it came from, is kept. */
  @IsInt() @Min(1) @Max(3_650) sessionRetentionDays: number = 90;

  /** The failed login in a row that locks an account, for both existing and unknown ones. */
  @IsInt() @Min(1) @Max(100) loginMaxFailures: number = 5;
  /** The first lock; each further failure doubles it. */
  @IsInt() @Min(1) @Max(86_400) loginFirstLockSeconds: number = 30;
  @IsInt() @Min(1) @Max(86_400) loginMaxLockSeconds: number = 3_600;

  /** Whose address must be proven before play: of players who registered from a browser, of all, of none. */
  @IsIn(['browsers', 'always', 'never']) emailVerification: 'browsers' | 'always' | 'never' = 'browsers';
  @IsInt() @Min(60) @Max(2_592_000) emailVerificationSeconds: number = 86_400;
  @IsInt() @Min(60) @Max(86_400) passwordResetSeconds: number = 1_800;
  /** Between two mails of a kind to one player. */
  @IsInt() @Min(0) @Max(3_600) mailPauseSeconds: number = 60;
  /** The mail service in Postmark's form, such as `https://api.postmarkapp.com`; without one mails wait, then expire. */
  @IsOptional() @IsUrl({ require_tld: false, protocols: ['http', 'https'] }) mailUrl?: string;
  @IsString() mailToken: string = '';
  @IsString() @MinLength(3) mailFrom: string = 'casino@example.com';
  /** The page of the brand's web site that takes the tokens of mails. */
  @IsUrl({ require_tld: false, protocols: ['http', 'https'] }) mailPageUrl: string = 'https://casino.example';

  /** Years after the last account of a person was closed until the personal data is erased. */
  @IsInt() @Min(0) @Max(30) retentionYears: number = 5;

  /** How long a registration belongs to who works on it; after a crash it can be taken over then. */
  @IsInt() @Min(100) @Max(60_000) registrationLeaseMs: number = 5_000;
  @IsInt() @Min(24) @Max(8_760) idempotencyRetentionHours: number = 48;
  @IsInt() @Min(20) @Max(60_000) sweepIntervalMs: number = 1_000;

  /** JSON: the KYC vendors of each brand with their addresses and credentials, see KycVendors. */
  @IsString() @MinLength(2) kycVendors: string = '{}';

  /** JSON: the national registers of self-exclusion by name, see NationalRegisters; a market without its register is closed. */
  @IsString() @MinLength(2) nationalRegisters: string = '{}';

  /** Path of a text file with the networks of hosting companies, VPNs and proxies: one in CIDR form on each line. */
  @IsOptional() @IsString() hostingNetworksFile?: string;

  /** Loads the made-up sanctions list that comes along, so that a demo has somebody to find. */
  @IsBoolean() screeningDemoList: boolean = false;
}
