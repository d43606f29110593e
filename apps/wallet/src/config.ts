import { auditKeyPattern } from '@baize/audit';
import { IsArray, IsIn, IsInt, IsOptional, IsString, Matches, Max, Min, MinLength } from 'class-validator';

/** Environment of the service. */
export class WalletConfig {
  @IsString() @MinLength(1) databaseUrl: string;
  /** Connections for everything but postings. */
  @IsInt() @Min(2) @Max(200) databasePoolSize: number = 8;
  @IsString() @MinLength(1) natsUrl: string;
  @IsString() @MinLength(1) natsUser: string = 'wallet';
  @IsOptional() @IsString() natsPassword?: string;
  @IsInt() @Min(0) @Max(65535) httpPort: number;
  @IsString() httpHost: string = '127.0.0.1';
  @IsIn(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']) logLevel: string = 'info';

  /** Signs how far the audit log went: the 32 bytes of an Ed25519 seed, base64. */
  @Matches(auditKeyPattern, { message: 'must be 32 bytes in base64' }) auditSigningKey: string;
  /** Public keys that it replaced: what they signed stays genuine. */
  @IsArray()
  @Matches(auditKeyPattern, { each: true, message: 'must be 32 bytes in base64' })
  auditPublicKeys: string[] = [];

  /** Calls of the posting function in flight at once; fewer make larger batches. */
  @IsInt() @Min(1) @Max(4) postingConnections: number = 2;
  /** Units that may wait for a batch before requests are turned away. */
  @IsInt() @Min(64) @Max(1_000_000) postingMaxWaiting: number = 10_000;

  /** An adjustment above so many whole units of its currency needs a second person. */
  @IsInt() @Min(0) @Max(1_000_000_000) adjustmentApprovalAbove: number = 100_000;
  /** Roll-up of house accounts, sweeper of adjustments that a crash left in posting. */
  @IsInt() @Min(20) @Max(600_000) housekeepingIntervalMs: number = 2_000;
  /** An adjustment in posting for so long belongs to nobody any more. */
  @IsInt() @Min(1_000) @Max(600_000) orphanAfterMs: number = 10_000;

  /** New lines of accounts are sealed so often. */
  @IsInt() @Min(20) @Max(3_600_000) ledgerSealIntervalMs: number = 30_000;
  /** The hour (UTC) from which the whole ledger is verified once a day. */
  @IsInt() @Min(0) @Max(23) ledgerCheckHour: number = 3;
  /** Months of entries that ended so long ago are archived after a verification that found nothing; 0 keeps all. */
  @IsInt() @Min(0) @Max(1_200) entryRetentionMonths: number = 0;

  /** Path of a JSON file, see PaymentSettings; without it there is no PSP. */
  @IsOptional() @IsString() paymentsConfig?: string;
  /** Base64 of at least 32 random bytes: seals card references, wallet accounts and IBANs. Needed with PSPs. */
  @IsOptional() @IsString() walletInstrumentKey?: string;
  /** So many days after a payment is over they are forgotten; their keyed hashes stay. 0 keeps all. */
  @IsInt() @Min(0) @Max(36_500) instrumentRetentionDays: number = 30;
  /** How often payments that are due are looked for. */
  @IsInt() @Min(20) @Max(60_000) paymentsIntervalMs: number = 100;
}

/** Environment of `settlement`: the service's. */
export class SettlementConfig {
  @IsString() @MinLength(1) databaseUrl: string;
  @IsOptional() @IsString() paymentsConfig?: string;
}
