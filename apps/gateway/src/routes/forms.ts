import {
  ConsentDto,
  Count,
  Currency,
  Flag,
  Id,
  ListOf,
  MoneyDto,
  Nested,
  OneOf,
  Optional,
  PageRequest,
  playerActions,
  Text,
  TextList,
  Timestamp,
} from '@baize/contracts';

/** `POST /v1/sessions/refresh` */
export class RefreshForm {
  @Text(256) refreshToken: string;
}

/** `GET /v1/players/{id}/eligibility` */
export class EligibilityQuery {
  @OneOf(playerActions) action: (typeof playerActions)[number];
}

/** What the platform says of a player to the outside. */
export class EligibilityDto {
  @Flag() allowed: boolean;
  /** Why not; empty when allowed. */
  @TextList(20) reasons: string[];
  /** Grows with every restriction of the person. */
  @Count() epoch: number;
}

/** `POST /v1/players/{id}/adjustments`: signed minor units. */
export class AdjustmentForm {
  @Nested(() => MoneyDto) amount: MoneyDto;
  @Text(500) reason: string;
}

/** `GET /v1/players/{id}/balance` */
export class BalanceQuery {
  /** The player's default currency when left out. */
  @Optional() @Currency() currency?: string;
}

/** `GET /v1/players/{id}/transactions` */
export class TransactionsQuery extends PageRequest {
  @Optional() @Currency() currency?: string;
}

/** `PUT /v1/players/{id}/password` */
export class PasswordForm {
  @Text(128) currentPassword: string;
  /** 8 to 128 characters. */
  @Text(128, 8) newPassword: string;
}

/** `POST /v1/password-resets` */
export class EmailForm {
  @Text(254, 3) email: string;
}

/** `POST /v1/password-resets/completions` */
export class NewPasswordForm {
  @Text(256) token: string;
  @Text(128, 8) newPassword: string;
}

/** `POST /v1/email-verifications` */
export class TokenForm {
  @Text(256) token: string;
}

/** A code of an authenticator, or a recovery code. */
export class CodeForm {
  @Text(32) code: string;
}

/** `PUT /v1/players/{id}/consents` */
export class ConsentsForm {
  @ListOf(() => ConsentDto, 100) consents: ConsentDto[];
}

/** `POST /v1/players/{id}/closure` */
export class ClosureForm {
  @Text(500) reason: string;
}

/** `GET /v1/audit` */
export class AuditQuery extends PageRequest {
  /** What acts were done to, such as a player's id. */
  @Optional() @Id() subject?: string;
}

/** `GET /v1/rounds/export` */
export class RoundExportQuery {
  @Optional() @Id() provider?: string;
  /** Of the last line that arrived whole; from the beginning when left out. */
  @Optional() @Text(512) cursor?: string;
}

/** `GET /v1/providers/{name}/quality` */
export class QualityQuery {
  /** Default: 24 hours before `to`. */
  @Optional() @Timestamp() from?: string;
  /** Default: now. */
  @Optional() @Timestamp() to?: string;
  /** `hour` (at most 31 days) or `day` (at most 400). */
  @Optional() @OneOf(['hour', 'day']) bucket?: 'hour' | 'day';
}

/** `GET /v1/stuck-rounds` */
export class StuckRoundsQuery extends PageRequest {
  @Optional() @Id() provider?: string;
}
