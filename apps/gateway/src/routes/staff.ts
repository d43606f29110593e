import { staffCommands, StaffLoginForm } from '@baize/contracts';
import { api, type AnyApiRoute } from '../http/route';

const tag = 'Access';

/** Logins of the people who use the back office. */
export const staffRoutes: readonly AnyApiRoute[] = [
  api({
    method: 'POST',
    path: '/v1/staff-sessions',
    operationId: 'createStaffSession',
    summary: 'Logs a person of the back office in, with password and authenticator',
    description: 'The bearer token acts with the scopes of the role, within the brands of the person.',
    tag,
    access: { scope: 'players:write', browser: true },
    priority: 'bet',
    body: StaffLoginForm,
    status: 200,
    contract: staffCommands.createStaffSession,
    request: ({ body, address }) => ({ ...body, ip: address }),
  }),
  api({
    method: 'DELETE',
    path: '/v1/staff-sessions/current',
    operationId: 'endStaffSession',
    summary: 'Logs the calling person of the back office out',
    tag,
    access: { staff: true },
    priority: 'bet',
    status: 204,
    contract: staffCommands.endStaffSession,
    request: ({ caller }) => ({ accessToken: caller.kind === 'staff' ? caller.accessToken : '' }),
  }),
];
