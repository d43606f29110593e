import {
  accountCommands,
  accountQueries,
  auditQueries,
  identityQueries,
  ok,
  refuse,
  staffCommands,
  staffQueries,
  staffRoles,
  walletCommands,
  type AdjustBalance,
  type PlayerDto,
  type StaffRole,
} from '@baize/contracts';
import { roles } from './auth/roles';
import { GatewayUnderTest, problemOf } from './fixtures/gateway-under-test';
import type { AnyApiRoute } from './http/route';

const player: PlayerDto = {
  ...{ id: 'p1', brand: 'demo', status: 'active', kycLevel: 'basic', email: 'ada@example.com' },
  ...{ firstName: 'Ada', lastName: 'Lovelace', dateOfBirth: '1990-12-10', country: 'MT', currency: 'EUR' },
  address: { line1: '1 Republic Street', city: 'Valletta', postalCode: 'VLT 1110' },
  ...{ phone: '+35621234567', consents: {}, createdAt: '2026-01-31T12:00:00.000Z' },
};
const tokenOf = (role: StaffRole) => `staff~${role}`;
const secrets = ['ada@', 'Lovelace', '1990-12-10', 'Republic', 'Valletta', '1110', '+356'];

describe('roles at the edge', () => {
  let gateway: GatewayUnderTest;
  const routes = () => gateway.running.routes.filter((route): route is AnyApiRoute => route.kind === 'api');

  beforeAll(async () => {
    gateway = await GatewayUnderTest.start();
    gateway.on(staffQueries.authenticateStaff, ({ accessToken }) => {
      const role = staffRoles.find((one) => accessToken === tokenOf(one));
      return role
        ? ok({ staffId: `${role}.one`, role, brands: ['demo'] })
        : refuse('auth.invalid-token', 'The access token is unknown.');
    });
    gateway.on(identityQueries.getPlayer, () => ok(player));
  });
  afterAll(() => gateway.stop());

  const call = (route: Pick<AnyApiRoute, 'method' | 'path' | 'body'>, token: string) =>
    gateway.call(route.method, route.path.replaceAll(/\{\w+\}/g, 'someone'), {
      token,
      ...(route.body && { body: { nonsense: true } }),
    });

  it('let everybody do what the table says on every operation, and nothing else', async () => {
    for (const role of staffRoles) {
      const { scopes, personalData } = roles[role];
      for (const route of routes()) {
        const { scope, staff, personal } = route.access;
        const isAllowed =
          staff === true || (scope !== undefined && scopes.includes(scope) && (personalData || !personal));
        const { status } = await call(route, tokenOf(role));
        expect([role, route.operationId, status !== 403]).toEqual([role, route.operationId, isAllowed]);
        expect(status).not.toBe(401);
      }
    }
  });

  it('never show an affiliate manager who a player is', async () => {
    const shown = async (role: StaffRole) =>
      (await gateway.call('GET', '/v1/players/p1', { token: tokenOf(role) })).text();
    expect(JSON.parse(await shown('agent'))).toEqual(player);
    const masked = await shown('affiliate-manager');
    expect(JSON.parse(masked)).toMatchObject({ id: 'p1', status: 'active', country: 'MT', email: '***' });
    for (const secret of secrets) expect(masked).not.toContain(secret);
    for (const path of ['sessions', 'export']) {
      const refused = await gateway.call('GET', `/v1/players/p1/${path}`, {
        token: tokenOf('affiliate-manager'),
      });
      expect((await problemOf(refused)).code).toBe('auth.insufficient-scope');
    }
  });

  it('mark every operation whose answer tells who a player is', () => {
    const telling = [
      identityQueries.getPlayer,
      accountQueries.listPlayerSessions,
      accountQueries.exportPersonalData,
      accountCommands.changeProfile,
    ];
    for (const contract of telling) {
      const route = routes().find((one) => one.contract.subject === contract.subject);
      expect([contract.subject, route?.access.personal ?? route?.mask !== undefined]).toEqual([
        contract.subject,
        true,
      ]);
    }
  });

  it('name the person in what they do', async () => {
    const asked: AdjustBalance[] = [];
    gateway.on(walletCommands.adjustBalance, (command) => {
      asked.push(command);
      return ok({ id: 'a1', status: 'awaiting-approval' as const });
    });
    await gateway.call('POST', '/v1/players/p1/adjustments', {
      token: tokenOf('mlro'),
      headers: { 'idempotency-key': 'k1' },
      body: { amount: { amount: 5, currency: 'EUR' }, reason: 'goodwill' },
    });
    expect(asked[0]?.actor).toEqual({ kind: 'staff', id: 'mlro.one' });
    expect(asked[0]?.idempotency.caller).toBe('staff:mlro.one');
  });

  it('end at the brands of the person', async () => {
    const headers = { 'baize-brand': 'other' };
    const refused = await gateway.call('GET', '/v1/players/p1', { token: tokenOf('agent'), headers });
    expect((await problemOf(refused)).code).toBe('auth.brand-not-allowed');
  });

  it('are for living tokens, and closed while identity cannot be asked', async () => {
    const unknown = await gateway.call('GET', '/v1/players/p1', { token: 'staff~nobody' });
    expect((await problemOf(unknown)).code).toBe('auth.invalid-token');
    const long = await gateway.call('GET', '/v1/players/p1', { token: `staff~${'x'.repeat(300)}` });
    expect((await problemOf(long)).code).toBe('auth.invalid-token');
  });

  it('are taken on and off with a login of two factors', async () => {
    const form = { login: 'mlro.one', password: 'secret', code: '123456' };
    gateway.on(staffCommands.createStaffSession, ({ login, password, code, ip }) => {
      expect({ login, password, code, ip }).toEqual({ ...form, ip: '127.0.0.1' });
      return ok({
        staffId: login,
        role: 'mlro',
        brands: ['demo'],
        accessToken: tokenOf('mlro'),
        expiresIn: 600,
      });
    });
    const token = await gateway.token('operator');
    const session = await gateway.call('POST', '/v1/staff-sessions', { token, body: form });
    expect(await session.json()).toMatchObject({ accessToken: tokenOf('mlro') });
    const { code: _, ...withoutCode } = form;
    expect((await gateway.call('POST', '/v1/staff-sessions', { token, body: withoutCode })).status).toBe(422);
    const ended: string[] = [];
    gateway.on(staffCommands.endStaffSession, ({ accessToken }) => {
      ended.push(accessToken);
      return ok({});
    });
    const out = await gateway.call('DELETE', '/v1/staff-sessions/current', { token: tokenOf('mlro') });
    expect([out.status, ended]).toEqual([204, [tokenOf('mlro')]]);
  });

  it('have readers of the audit log: compliance, the MLRO, auditors', async () => {
    for (const contract of auditQueries) gateway.on(contract, () => ok({ items: [] }));
    for (const role of staffRoles) {
      const { status } = await gateway.call('GET', '/v1/audit', { token: tokenOf(role) });
      const isReader = ['compliance', 'mlro', 'auditor'].includes(role);
      expect([role, status]).toEqual([role, isReader ? 200 : 403]);
    }
  });
});
