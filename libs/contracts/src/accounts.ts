import { Actor, Done } from './common';
import { ConsentChangeDto, ConsentDto, Consents, GetConsents } from './consents';
import { command, event, query } from './contract';
import { FreeForm, Id, ListOf, Nested, OneOf, Optional, Text, TextList, Timestamp } from './fields';
import { LimitChange, ListedExclusion } from './exclusions';
import { PlayerDto, PostalAddress } from './identity';
import { KycCheckDto } from './kyc';

/** A player of a brand, and who acts on the account. */
export class PlayerAct {
  @Id() playerId: string;
  @Id() brand: string;
  @Nested(() => Actor) actor: Actor;
}

export class ChangePassword extends PlayerAct {
  @Text(128) currentPassword: string;
  /** 8 to 128 characters. */
  @Text(128, 8) newPassword: string;
}
/** Whether the address has an account is told to nobody but its owner, by mail. */
export class RequestPasswordReset {
  @Id() brand: string;
  @Text(254, 3) email: string;
}
export class CompletePasswordReset {
  @Id() brand: string;
  /** From the mail; good once. */
  @Text(256) token: string;
  @Text(128, 8) newPassword: string;
}
export class CompleteEmailVerification {
  @Id() brand: string;
  /** From the mail; good once. */
  @Text(256) token: string;
}

/** A second factor that waits for its first code. */
export class TotpEnrolment {
  /** Base32, for typing. */
  @Text(64) secret: string;
  /** `otpauth://` for a QR code. */
  @Text(500) uri: string;
}
export class ConfirmTotp extends PlayerAct {
  /** Six digits. */
  @Text(10) code: string;
}
/** Shown once; each is good once in place of a code. */
export class RecoveryCodes {
  @TextList(10) recoveryCodes: string[];
}
export class RemoveTotp extends PlayerAct {
  /** A code of the authenticator or a recovery code. */
  @Text(32) code: string;
}

export class PlayerSessionDto {
  @Id() id: string;
  @Timestamp() startedAt: string;
  /** Of its refresh token. */
  @Timestamp() expiresAt: string;
  @Optional() @Text(64) ip?: string;
  @Optional() @Text(500) userAgent?: string;
}
export class ListPlayerSessions {
  @Id() playerId: string;
  @Id() brand: string;
}
/** The living sessions, newest first. */
export class PlayerSessionList {
  @ListOf(() => PlayerSessionDto, 1_000) items: PlayerSessionDto[];
}
export class RevokePlayerSessions extends PlayerAct {
  /** Every session when left out. */
  @Optional() @Id() sessionId?: string;
}

export class ChangeConsents extends PlayerAct {
  @ListOf(() => ConsentDto, 100) consents: ConsentDto[];
}

/** What of a profile may change; what is left out stays. Names are the operator's to correct, after seeing a document. */
export class ProfileForm {
  @Optional() @Text(254, 3) email?: string;
  /** International, or as dialled in the player's country. */
  @Optional() @Text(30) phone?: string;
  @Optional() @Nested(() => PostalAddress) address?: PostalAddress;
  @Optional() @Text(100) firstName?: string;
  @Optional() @Text(100) lastName?: string;
  /** Needed of players who change the e-mail address: passwords are reset by it. */
  @Optional() @Text(128) currentPassword?: string;
}
export class ChangeProfile extends PlayerAct {
  @Nested(() => ProfileForm) form: ProfileForm;
}
export class CloseAccount extends PlayerAct {
  @Text(500) reason: string;
}
export class AccountClosed {
  @OneOf(['closed']) status: 'closed';
  @Timestamp() closedAt: string;
  /** When the personal data goes, unless a later account of the person keeps it. */
  @Timestamp() erasedAfter: string;
}
export class RequestErasure extends PlayerAct {}

export class ExportPersonalData {
  @Id() playerId: string;
  @Id() brand: string;
}
/** A profile that was replaced. */
export class ProfileChangeDto {
  @Timestamp() at: string;
  @Nested(() => Actor) actor: Actor;
  @TextList(10) fields: string[];
  /** As it was before. */
  @FreeForm() before: Record<string, unknown>;
}
/** Everything that identity holds of the person behind an account of the brand. */
export class PersonalDataExport {
  @Nested(() => PlayerDto) player: PlayerDto;
  @ListOf(() => PlayerSessionDto, 2_000) sessions: PlayerSessionDto[];
  @ListOf(() => ConsentChangeDto, 2_000) consents: ConsentChangeDto[];
  /** Earlier profiles, newest first, with when and by whom they were replaced. */
  @ListOf(() => ProfileChangeDto, 2_000) profileHistory: ProfileChangeDto[];
  @ListOf(() => LimitChange, 20) limits: LimitChange[];
  /** Of everybody who is the same person, newest first. */
  @ListOf(() => ListedExclusion, 200) exclusions: ListedExclusion[];
  /** Of age, identity, address and source of funds, newest first. */
  @ListOf(() => KycCheckDto, 100) checks: KycCheckDto[];
  @FreeForm() account: Record<string, unknown>;
}

/** A player may or may no longer be sent advertising of a product by a channel. */
export class ConsentChanged extends ConsentDto {
  @Id() playerId: string;
  @Id() brand: string;
  @Timestamp() changedAt: string;
}
export class PlayerClosed {
  @Id() playerId: string;
  @Id() brand: string;
  @Timestamp() closedAt: string;
}
/** The personal data behind these accounts is gone for good. */
export class PlayerErased {
  @Id() playerId: string;
  @Id() brand: string;
  @Timestamp() erasedAt: string;
}

const callers = ['gateway'] as const;
export const accountCommands = {
  changePassword: command('identity', 'change-password', {
    request: ChangePassword,
    reply: Done,
    callers,
    description: 'Replaces the password of who knows it and ends every session.',
  }),
  requestPasswordReset: command('identity', 'request-password-reset', {
    request: RequestPasswordReset,
    reply: Done,
    callers,
    description: 'Sends a token by mail where the address has an account; says the same everywhere.',
  }),
  completePasswordReset: command('identity', 'complete-password-reset', {
    request: CompletePasswordReset,
    reply: Done,
    callers,
    description: 'Sets a new password with a token from the mail and ends every session.',
  }),
  sendEmailVerification: command('identity', 'send-email-verification', {
    request: PlayerAct,
    reply: Done,
    callers,
    description: 'Sends the verification mail again; earlier tokens stop.',
  }),
  completeEmailVerification: command('identity', 'complete-email-verification', {
    request: CompleteEmailVerification,
    reply: Done,
    callers,
    description: 'Proves the address with a token from the mail.',
  }),
  enrolTotp: command('identity', 'enrol-totp', {
    request: PlayerAct,
    reply: TotpEnrolment,
    callers,
    description: 'Makes a secret for an authenticator; it counts once a code confirmed it.',
  }),
  confirmTotp: command('identity', 'confirm-totp', {
    request: ConfirmTotp,
    reply: RecoveryCodes,
    callers,
    description: 'Turns the second factor on.',
  }),
  removeTotp: command('identity', 'remove-totp', {
    request: RemoveTotp,
    reply: Done,
    callers,
    description: 'Turns the second factor off, with a code of it.',
  }),
  revokePlayerSessions: command('identity', 'revoke-player-sessions', {
    request: RevokePlayerSessions,
    reply: Done,
    callers,
    description: 'Ends one session or all; their tokens stop at once.',
  }),
  changeConsents: command('identity', 'change-consents', {
    request: ChangeConsents,
    reply: Consents,
    callers,
    description: 'Grants and withdraws marketing consents.',
  }),
  changeProfile: command('identity', 'change-profile', {
    request: ChangeProfile,
    reply: PlayerDto,
    callers,
    description: 'Changes address, phone, e-mail or, for operators, names; the old profile is kept.',
  }),
  closeAccount: command('identity', 'close-account', {
    request: CloseAccount,
    reply: AccountClosed,
    callers,
    description: 'Closes the account and ends its sessions; money on it can still be paid out.',
  }),
  requestErasure: command('identity', 'request-erasure', {
    request: RequestErasure,
    reply: AccountClosed,
    callers,
    description: 'Erases marketing data now, and the rest when the retention of the closed account ends.',
  }),
};
export const accountQueries = {
  listPlayerSessions: query('identity', 'list-player-sessions', {
    request: ListPlayerSessions,
    reply: PlayerSessionList,
    callers,
    description: 'Living sessions of a player.',
  }),
  getConsents: query('identity', 'get-consents', {
    request: GetConsents,
    reply: Consents,
    callers,
    description: 'Marketing consents with their history.',
  }),
  exportPersonalData: query('identity', 'export-personal-data', {
    request: ExportPersonalData,
    reply: PersonalDataExport,
    callers,
    timeoutMs: 5_000,
    description: 'What identity holds of a person, for the person.',
  }),
};

const player = { playerId: '01976f0e-0000-7000-8000-000000000001', brand: 'demo' };
const at = '2026-01-31T12:00:00.000Z';
export const accountEvents = {
  consentChanged: event('identity', 'consent-changed', {
    data: ConsentChanged,
    consumers: [],
    description: 'A marketing consent was granted or withdrawn.',
    sample: {
      ...player,
      product: 'casino' as const,
      channel: 'email' as const,
      granted: true,
      changedAt: at,
    },
  }),
  playerClosed: event('identity', 'player-closed', {
    data: PlayerClosed,
    consumers: [],
    description: 'An account was closed.',
    sample: { ...player, closedAt: at },
  }),
  playerErased: event('identity', 'player-erased', {
    data: PlayerErased,
    consumers: [],
    description: 'The personal data of an account was erased.',
    sample: { ...player, erasedAt: at },
  }),
};
