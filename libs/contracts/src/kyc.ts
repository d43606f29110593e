import { Actor, Done, IdempotencyKey } from './common';
import { command, event, query } from './contract';
import { Flag, Id, ListOf, Nested, OneOf, Optional, Text, TextList, Timestamp } from './fields';
import { CallbackAnswer, HeaderDto } from './game-sessions';

export const kycCheckKinds = ['identity', 'age', 'address', 'source-of-funds'] as const;
export const kycLevels = ['none', 'basic', 'verified', 'enhanced'] as const;
/** `unknown`: the vendor did not answer, it is being asked. */
export const kycCheckStatuses = ['created', 'unknown', 'pending', 'approved', 'declined', 'expired'] as const;
export const riskBands = ['low', 'medium', 'high'] as const;

/** `POST /v1/players/{id}/kyc/checks` */
export class KycCheckForm {
  @OneOf(kycCheckKinds) kind: (typeof kycCheckKinds)[number];
  /** Of those that the brand has configured; its first one when left out. */
  @Optional() @Id() vendor?: string;
}
export class OrderKycCheck extends KycCheckForm {
  @Id() brand: string;
  @Id() playerId: string;
  @Nested(() => Actor) actor: Actor;
  @Nested(() => IdempotencyKey) idempotency: IdempotencyKey;
}
export class KycCheckDto {
  @Id() id: string;
  @OneOf(kycCheckKinds) kind: (typeof kycCheckKinds)[number];
  @OneOf(kycCheckStatuses) status: (typeof kycCheckStatuses)[number];
  @Text(40) vendor: string;
  /** The vendor's id. */
  @Optional() @Text(200) reference?: string;
  /** Where the person shows the documents. */
  @Optional() @Text(2_000) url?: string;
  @Optional() @Text(200) reason?: string;
  /** The document that was shown holds until this day. */
  @Optional() @Text(10) documentExpiresOn?: string;
  @Timestamp() createdAt: string;
}
export class KycCheckReply extends KycCheckDto {
  @Optional() @Flag() replayed?: boolean;
}
export class KycTriggerDto {
  @Text(100) trigger: string;
  @TextList(10) checks: string[];
  /** The market rules that decided it. */
  @Text(40) policyVersion: string;
  @Timestamp() firedAt: string;
}
export class GetKyc {
  @Id() brand: string;
  @Id() playerId: string;
}
/** Where a player stands: what is proven, what is due and why. */
export class KycDto {
  @Id() playerId: string;
  @OneOf(kycLevels) level: (typeof kycLevels)[number];
  /** Checks that are due. */
  @TextList(10) due: string[];
  /** Whether withdrawals wait for people. */
  @Flag() withdrawalsHeld: boolean;
  @ListOf(() => KycTriggerDto, 50) triggers: KycTriggerDto[];
  /** Newest first. */
  @ListOf(() => KycCheckDto, 100) checks: KycCheckDto[];
}

/** `PUT /v1/players/{id}/kyc/risk-band` */
export class RiskBandForm {
  @OneOf(riskBands) band: (typeof riskBands)[number];
  @Text(500) reason: string;
}
export class SetRiskBand extends RiskBandForm {
  @Id() brand: string;
  @Id() playerId: string;
  @Nested(() => Actor) actor: Actor;
}

/** A KYC vendor's webhook as it came in. The body is kept byte for byte: signatures cover raw bytes. */
export class HandleKycCallback {
  @Id() brand: string;
  @Id() vendor: string;
  @ListOf(() => HeaderDto, 64) headers: HeaderDto[];
  /** At most 64 KiB before encoding. */
  @Text(90_000, 0) bodyBase64: string;
  @Timestamp() receivedAt: string;
}

/** Ids and kinds only. */
export class KycLevelChanged {
  @Id() playerId: string;
  @Id() brand: string;
  @OneOf(kycLevels) from: (typeof kycLevels)[number];
  @OneOf(kycLevels) to: (typeof kycLevels)[number];
  @Timestamp() changedAt: string;
}
export class KycTriggered {
  @Id() playerId: string;
  @Id() brand: string;
  @Text(100) trigger: string;
  /** Empty where the player's means want a look and nothing is barred. */
  @TextList(10) checks: string[];
  @Text(40) policyVersion: string;
}

export const kycCommands = {
  orderKycCheck: command('identity', 'order-kyc-check', {
    request: OrderKycCheck,
    reply: KycCheckReply,
    callers: ['gateway'],
    timeoutMs: 10_000,
    description:
      'Orders a check at a vendor. A vendor that does not answer makes it `unknown`, never failed.',
  }),
  handleKycCallback: command('identity', 'handle-kyc-callback', {
    request: HandleKycCallback,
    reply: CallbackAnswer,
    callers: ['gateway'],
    timeoutMs: 4_500,
    description: "Serves one webhook of a KYC vendor in the vendor's own dialect.",
  }),
  setRiskBand: command('identity', 'set-risk-band', {
    request: SetRiskBand,
    reply: Done,
    callers: ['gateway'],
    description: 'Says how risky a player is; what the band makes due is due from then on.',
  }),
};
export const kycQueries = {
  getKyc: query('identity', 'get-kyc', {
    request: GetKyc,
    reply: KycDto,
    callers: ['gateway'],
    description: 'What is proven of a player, what is due and why.',
  }),
};

const player = { playerId: '01976f0e-0000-7000-8000-000000000001', brand: 'demo' };
export const kycEvents = {
  kycLevelChanged: event('identity', 'kyc-level-changed', {
    data: KycLevelChanged,
    consumers: [],
    description: 'More, or after the expiry of a document less, is proven of a player.',
    sample: { ...player, from: 'none' as const, to: 'basic' as const, changedAt: '2026-01-31T12:00:00.000Z' },
  }),
  kycTriggered: event('identity', 'kyc-triggered', {
    data: KycTriggered,
    consumers: [],
    description: 'Checks of a player became due.',
    sample: {
      ...{ ...player, trigger: 'deposits-200000-EUR-lifetime' },
      ...{ checks: ['identity', 'age', 'address'], policyVersion: '2026-01' },
    },
  }),
};
