import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { auditQueryOf, staffCommands, staffQueries, staffRoles } from '@baize/contracts';
import { loadConfig, type RunningService } from '@baize/runtime';
import { Secret, TOTP } from 'otpauth';
import { IdentityConfig } from '../src/config';
import { Passwords } from '../src/crypto/passwords';
import { startIdentity } from '../src/service';
import { readStaff } from '../src/staff';
import { codeOf, quietLog, Surroundings, valueOf } from './identity-fixture';

const folder = mkdtempSync(join(tmpdir(), 'staff-'));
const file = join(folder, 'staff.json');
const password = 'the back office is over there';

describe('people of the back office', () => {
  let around: Surroundings;
  let identity: RunningService;
  let environment: Record<string, string>;
  const secrets = new Map(staffRoles.map((role) => [`${role}.one`, new Secret({ size: 20 }).base32]));

  async function writeStaff(ids: readonly string[]): Promise<void> {
    const hash = await new Passwords({ memoryKib: 64, passes: 1, lanes: 1 }).hash(
      password,
      Date.now() + 10_000,
    );
    const staff = staffRoles
      .map((role) => ({ id: `${role}.one`, role, brands: ['demo'], passwordHash: hash }))
      .filter(({ id }) => ids.includes(id))
      .map((person) => ({ ...person, totpSecret: secrets.get(person.id) }));
    writeFileSync(file, JSON.stringify({ staff }));
  }
  const start = async () => {
    identity = await startIdentity(loadConfig(IdentityConfig, environment), quietLog());
  };

  beforeAll(async () => {
    around = await Surroundings.start();
    environment = around.environment({
      IDENTITY_STAFF: file,
      LOGIN_MAX_FAILURES: '3',
      STAFF_TOKEN_SECONDS: '600',
    });
    await writeStaff([...secrets.keys()]);
    await start();
  });
  afterAll(async () => {
    await identity.stop();
    await around.stop();
  });

  const codeFor = (login: string, shift = 0) =>
    new TOTP({ secret: Secret.fromBase32(secrets.get(login) ?? '') }).generate({
      timestamp: Date.now() + shift * 30_000,
    });
  const login = (id: string, code = codeFor(id), secret = password) =>
    around.client.call(staffCommands.createStaffSession, { login: id, password: secret, code });
  const authenticate = (accessToken: string) =>
    around.client.call(staffQueries.authenticateStaff, { accessToken });
  const end = (accessToken: string) => around.client.call(staffCommands.endStaffSession, { accessToken });

  it('log in with password and authenticator, act under their name, log out', async () => {
    const session = valueOf(await login('mlro.one'));
    expect(session).toMatchObject({ staffId: 'mlro.one', role: 'mlro', brands: ['demo'], expiresIn: 600 });
    expect(session.accessToken).toMatch(/^staff~[A-Za-z0-9_-]{43}$/);
    expect(valueOf(await authenticate(session.accessToken))).toEqual({
      ...{ staffId: 'mlro.one', role: 'mlro', brands: ['demo'] },
    });
    expect(codeOf(await end(session.accessToken))).toBe('ok');
    expect(codeOf(await authenticate(session.accessToken))).toBe('auth.invalid-token');
    expect(codeOf(await end(session.accessToken))).toBe('identity.session-not-found');
    const asked = { brand: 'demo', subject: 'staff:mlro.one', limit: 10 };
    const { items } = valueOf(await around.client.call(auditQueryOf('identity'), asked));
    expect(items.map(({ action, actor }) => [action, actor])).toEqual([
      ['staff.logged-out', { kind: 'staff', id: 'mlro.one' }],
      ['staff.logged-in', { kind: 'staff', id: 'mlro.one' }],
    ]);
  });

  it('are answered alike whatever is wrong, and no code is taken twice', async () => {
    const code = codeFor('agent.one');
    const wrong = await login('agent.one', code, 'wrong');
    expect(codeOf(wrong)).toBe('identity.invalid-login');
    expect(await login('agent.one', '000000')).toEqual(wrong);
    expect(await login('nobody', code)).toEqual(wrong);
    const twice = await Promise.all([login('agent.one', code), login('agent.one', code)]);
    expect(twice.map(codeOf).sort()).toEqual(['identity.invalid-login', 'ok']);
  });

  it('are locked after failures, whether there is such a person or not', async () => {
    for (const id of ['fraud.one', 'stranger']) {
      for (let failure = 0; failure < 3; failure += 1) {
        expect(codeOf(await login(id, '111111'))).toBe('identity.invalid-login');
      }
      expect(codeOf(await login(id, secrets.has(id) ? codeFor(id) : '111111'))).toBe('identity.login-locked');
    }
  });

  it('are nobody once their time is over or they are no longer in the configuration', async () => {
    const [one, other] = [valueOf(await login('auditor.one')), valueOf(await login('compliance.one'))];
    await around.database.query(`UPDATE staff_session SET expires_at = now() WHERE staff_id = 'auditor.one'`);
    expect(codeOf(await authenticate(one.accessToken))).toBe('auth.invalid-token');
    await identity.stop();
    await writeStaff(['agent.one']);
    await start();
    expect(codeOf(await authenticate(other.accessToken))).toBe('auth.invalid-token');
    expect(codeOf(await login('compliance.one', codeFor('compliance.one', 1)))).toBe(
      'identity.invalid-login',
    );
  });

  it.each([
    ['no JSON', 'nonsense'],
    [
      'an unknown role',
      {
        staff: [
          {
            id: 'a',
            role: 'owner',
            brands: ['demo'],
            passwordHash: '$argon2id$x',
            totpSecret: 'A'.repeat(32),
          },
        ],
      },
    ],
    [
      'a password in clear',
      {
        staff: [
          { id: 'a', role: 'agent', brands: ['demo'], passwordHash: 'secret!', totpSecret: 'A'.repeat(32) },
        ],
      },
    ],
    [
      'no second factor',
      { staff: [{ id: 'a', role: 'agent', brands: ['demo'], passwordHash: '$argon2id$x' }] },
    ],
  ])('are not read from a file with %s, and it is not shown', (_, content) => {
    const bad = join(folder, 'bad.json');
    writeFileSync(bad, typeof content === 'string' ? content : JSON.stringify(content));
    expect(() => readStaff(bad)).toThrow(/^IDENTITY_STAFF: /);
    expect(() => readStaff(bad)).not.toThrow(/secret!/);
  });
});
