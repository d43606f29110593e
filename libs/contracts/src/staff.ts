import { Done } from './common';
import { command, query } from './contract';
import { Count, Id, OneOf, Optional, Text, TextList } from './fields';

/** What people of the back office are there for; the gateway's table says which scopes each has. */
export const staffRoles = ['agent', 'fraud', 'compliance', 'mlro', 'auditor', 'affiliate-manager'] as const;
export type StaffRole = (typeof staffRoles)[number];

/** `POST /v1/staff-sessions` */
export class StaffLoginForm {
  @Id() login: string;
  @Text(128) password: string;
  /** Six digits of the authenticator; everybody has one. */
  @Text(6, 6) code: string;
}
export class CreateStaffSession extends StaffLoginForm {
  @Optional() @Text(64) ip?: string;
}
export class StaffSession {
  @Id() staffId: string;
  @OneOf(staffRoles) role: StaffRole;
  @TextList(50) brands: string[];
  @Text(256) accessToken: string;
  /** Life of the token in seconds; there is no refresh. */
  @Count() expiresIn: number;
}
export class StaffToken {
  @Text(256) accessToken: string;
}
/** The person behind a token, as the configuration has them now. */
export class AuthenticatedStaff {
  @Id() staffId: string;
  @OneOf(staffRoles) role: StaffRole;
  @TextList(50) brands: string[];
}

export const staffCommands = {
  createStaffSession: command('identity', 'create-staff-session', {
    request: CreateStaffSession,
    reply: StaffSession,
    callers: ['gateway'],
    description: 'Logs a person of the back office in.',
  }),
  endStaffSession: command('identity', 'end-staff-session', {
    request: StaffToken,
    reply: Done,
    callers: ['gateway'],
    description: 'Logs a person of the back office out.',
  }),
};
export const staffQueries = {
  authenticateStaff: query('identity', 'authenticate-staff', {
    request: StaffToken,
    reply: AuthenticatedStaff,
    callers: ['gateway'],
    description: 'The person behind a token of the back office.',
  }),
};
