import { readFileSync } from 'node:fs';
import type { HoldKind } from '@baize/contracts';
import { parse } from '@baize/messaging';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsBoolean,
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
import { paymentMethods, type PaymentKind, type PaymentMethod } from '../domain/psp';

/** One brand's account at a PSP. */
export class PspAccountSettings {
  @IsString() @MinLength(1) brand: string;
  /** The dialect: `stripe`, `adyen`, `trustly`. */
  @IsString() @MinLength(1) psp: string;
  @IsString() @Matches(/^https?:\/\//) baseUrl: string;
  @IsString() @Matches(/^https?:\/\//) callbackUrl: string;
  @IsObject() credentials: Record<string, string>;
}

/** Which PSPs take a payment, in order of preference. The first rule that matches counts; what is left out matches all. */
export class RouteSettings {
  @IsOptional() @IsIn(['deposit', 'withdrawal']) kind?: PaymentKind;
  @IsOptional() @IsArray() @IsIn([...paymentMethods], { each: true }) methods?: PaymentMethod[];
  @IsOptional() @IsArray() @IsString({ each: true }) countries?: string[];
  @IsOptional() @IsArray() @IsString({ each: true }) currencies?: string[];
  /** Whole units of the currency, both included. */
  @IsOptional() @Min(0) @IsInt() minAmount?: number;
  @IsOptional() @Min(0) @IsInt() maxAmount?: number;
  @IsArray() @ArrayMaxSize(10) @IsString({ each: true }) psps: string[];
}

/** How long each state may last, and how the PSP is asked meanwhile. Milliseconds. */
export class TimingSettings {
  /** One call of a PSP. */
  @IsOptional() @Min(100) @Max(30_000) @IsInt() pspCallMs?: number;
  /** A withdrawal can be cancelled for so long, unless people must look at it. */
  @IsOptional() @Min(0) @IsInt() submitAfterMs?: number;
  /**
   * The PSP is asked first after so long, then each time after twice as long, at most after `askAtMostMs`; of a pending
   * deposit every `askAtMostMs`.
   */
  @IsOptional() @Min(50) @IsInt() askFirstMs?: number;
  @IsOptional() @Min(50) @IsInt() askAtMostMs?: number;
  /** An unknown deposit that the PSP does not know for so long will never be there: a start may be on its way meanwhile. */
  @IsOptional() @Min(100) @IsInt() notFoundAfterMs?: number;
  /** A player has so long to pay; then the deposit is cancelled. */
  @IsOptional() @Min(500) @IsInt() depositDeadlineMs?: number;
  /** Every other automated state: an alert follows. At most 15 minutes. */
  @IsOptional() @Min(500) @Max(900_000) @IsInt() automatedDeadlineMs?: number;
  /** States in which people decide: an alert follows. At most 24 hours. */
  @IsOptional() @Min(500) @Max(86_400_000) @IsInt() reviewDeadlineMs?: number;
}

/** Smallest and largest payment, in whole units of any currency. */
export class AmountSettings {
  @IsOptional() @Min(0) @IsInt() minDeposit?: number;
  @IsOptional() @Min(1) @IsInt() maxDeposit?: number;
  @IsOptional() @Min(0) @IsInt() minWithdrawal?: number;
  @IsOptional() @Min(1) @IsInt() maxWithdrawal?: number;
}

/** The file that `PAYMENTS_CONFIG` names. */
class PaymentSettings {
  @IsArray() @ValidateNested({ each: true }) @Type(() => PspAccountSettings) accounts: PspAccountSettings[];
  @IsArray() @ValidateNested({ each: true }) @Type(() => RouteSettings) routes: RouteSettings[];
  @IsOptional() @IsObject() @ValidateNested() @Type(() => TimingSettings) timing?: TimingSettings;
  @IsOptional() @IsObject() @ValidateNested() @Type(() => AmountSettings) amounts?: AmountSettings;
  /** Markets whose players cannot cancel a withdrawal. GB: LCCP 5.1 and the RTS forbid reverse withdrawals. */
  @IsOptional() @IsArray() @IsString({ each: true }) noCancelCountries?: string[];
  /** Stands in for a service that never said anything of a player, because it is not deployed. */
  @IsOptional() @IsBoolean() heldWithoutKyc?: boolean;
  @IsOptional() @IsBoolean() heldWithoutFraudCheck?: boolean;
  /** Approving a withdrawal above so many whole units takes two people; left out: one is enough. */
  @IsOptional() @Min(0) @IsInt() twoPersonsAbove?: number;
}

/** The settings with their defaults. A class, so that it can be asked for by its type. */
export abstract class PaymentRules {
  abstract readonly accounts: readonly PspAccountSettings[];
  abstract readonly routes: readonly RouteSettings[];
  abstract readonly timing: Required<TimingSettings>;
  abstract readonly amounts: Required<AmountSettings>;
  abstract readonly noCancelCountries: readonly string[];
  abstract readonly heldByDefault: Readonly<Record<HoldKind, boolean>>;
  abstract readonly twoPersonsAbove: number | undefined;
}

const timing: Required<TimingSettings> = {
  pspCallMs: 5_000,
  submitAfterMs: 60_000,
  askFirstMs: 5_000,
  askAtMostMs: 60_000,
  notFoundAfterMs: 120_000,
  depositDeadlineMs: 900_000,
  automatedDeadlineMs: 900_000,
  reviewDeadlineMs: 86_400_000,
};
const amounts: Required<AmountSettings> = {
  minDeposit: 0,
  maxDeposit: 1_000_000,
  minWithdrawal: 0,
  maxWithdrawal: 1_000_000,
};

/** Without a file there is no PSP: payments are refused, what exists is kept. */
function paymentRules(settings: Partial<PaymentSettings> = {}): PaymentRules {
  return {
    accounts: settings.accounts ?? [],
    routes: settings.routes ?? [],
    timing: { ...timing, ...settings.timing },
    amounts: { ...amounts, ...settings.amounts },
    noCancelCountries: settings.noCancelCountries ?? ['GB'],
    heldByDefault: {
      kyc: settings.heldWithoutKyc ?? true,
      fraud: settings.heldWithoutFraudCheck ?? false,
    },
    twoPersonsAbove: settings.twoPersonsAbove,
  };
}

/** @throws Error that names every bad field, never a value */
export function readPaymentSettings(file: string | undefined): PaymentRules {
  if (file === undefined) return paymentRules();
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new Error(`PAYMENTS_CONFIG: ${file} is not a readable JSON file`);
  }
  const settings = parse(PaymentSettings, json);
  if (settings.ok) return paymentRules(settings.value);
  const problems = (settings.error.errors ?? []).map(({ path, message }) => `${path} ${message}`);
  throw new Error(`PAYMENTS_CONFIG: ${file}: ${problems.join('; ')}`);
}
