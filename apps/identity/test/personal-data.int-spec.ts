import { identityCommands, identityQueries } from '@baize/contracts';
import { loadConfig, type RunningService } from '@baize/runtime';
import { waitFor } from '@baize/testing';
import { IdentityConfig } from '../src/config';
import { startIdentity } from '../src/service';
import { codeOf, quietLog, Surroundings, valueOf } from './identity-fixture';

jest.setTimeout(30_000);

const canary = {
  email: 'canary.bird@yellow-feather.example',
  password: 'canary sings at dawn',
  firstName: 'Canaria',
  lastName: 'Featherstonehaugh',
  dateOfBirth: '1971-08-23',
  phone: '+35699887766',
  address: { line1: '77 Birdcage Walk', city: 'Birdopolis', postalCode: 'CNRY 7QQ' },
  device: { fingerprint: 'fp-canary-4711', userAgent: 'CanaryBrowser/9.9' },
};
const ip = '198.51.100.77';
const values = [
  ...[canary.email, canary.password, canary.firstName, canary.lastName, canary.dateOfBirth, canary.phone],
  ...Object.values(canary.address),
  ...Object.values(canary.device),
  ...['featherstonehaugh', 'yellow-feather', 'sings at dawn', ip],
];

/** The ways in which text would still be readable. */
function disguises(value: string): string[] {
  const bytes = Buffer.from(value);
  return [value, bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, '').slice(0, -1)];
}

/** What of the planted data can be read in this text. */
function leaks(text: string): string[] {
  const haystack = text.toLowerCase();
  return values.flatMap(disguises).filter((needle) => haystack.includes(needle.toLowerCase()));
}

describe('planted personal data', () => {
  let around: Surroundings;
  let identity: RunningService;
  const log: string[] = [];

  beforeAll(async () => {
    around = await Surroundings.start();
    process.env.LOG_LEVEL = 'trace';
    identity = await startIdentity(loadConfig(IdentityConfig, around.environment()), quietLog(log));
    delete process.env.LOG_LEVEL;
    await live();
  });
  afterAll(async () => {
    await identity.stop();
    await around.stop();
  });

  /** Everything that can happen to a player, the failures included. */
  async function live(): Promise<void> {
    const form = around.form(canary);
    around.setWallet('is away');
    expect((await around.register(form, { key: 'canary' })).ok).toBe(false);
    around.setWallet('opens');
    await waitFor(async () => (await around.register(form, { key: 'canary' })).ok, { timeoutMs: 5_000 });
    expect(codeOf(await around.register(form))).toBe('identity.email-taken');
    expect(codeOf(await around.register({ ...form, email: 'x' + form.email }))).toBe(
      'identity.duplicate-person',
    );
    expect(codeOf(await around.register({ ...form, phone: 'x' + canary.phone }))).toBe('request.invalid');
    expect(codeOf(await around.register({ ...form, dateOfBirth: '2020-08-23' }))).toBe('identity.under-age');
    expect(codeOf(await around.login(form.email, form.lastName))).toBe('identity.invalid-login');
    expect(codeOf(await around.login('unknown' + form.email))).toBe('identity.invalid-login');
    const { email, password, device } = canary;
    const login = { brand: 'demo', form: { email, password, device }, ip };
    const tokens = valueOf(await around.client.call(identityCommands.createSession, login));
    const next = { brand: 'demo', refreshToken: tokens.refreshToken };
    await around.client.call(identityCommands.refreshSession, next);
    await around.client.call(identityCommands.refreshSession, next);
    await waitFor(() => around.events.length >= 3, { timeoutMs: 5_000 });
    values.push(tokens.accessToken, tokens.refreshToken);
  }

  it('is given back to who may see it', async () => {
    const [row] = await around.database.query<{ id: string }>('SELECT id FROM player');
    const request = { playerId: row?.id ?? '', brand: 'demo' };
    const player = valueOf(await around.client.call(identityQueries.getPlayer, request));
    const { password: _password, device: _device, ...known } = canary;
    expect(player).toMatchObject(known);
  });

  it('is in no table', async () => {
    const tables = await around.database.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
    );
    const filled: string[] = [];
    for (const { name } of tables) {
      const rows = await around.database.query<{ text: string }>(`SELECT t::text AS text FROM "${name}" t`);
      if (rows.length > 0) filled.push(name);
      expect([name, leaks(rows.map(({ text }) => text).join('\n'))]).toEqual([name, []]);
    }
    expect(filled).toEqual(
      expect.arrayContaining(['player', 'person', 'player_session', 'registration', 'outbox', 'login_guard']),
    );
  });

  it('is in no event', () => {
    expect(around.events.map(({ type }) => type)).toEqual([
      'identity.event.player-registered.v1',
      'identity.event.player-session-started.v1',
      'identity.event.player-session-ended.v1',
    ]);
    expect(leaks(JSON.stringify(around.events))).toEqual([]);
  });

  it('is in no log line', () => {
    expect(log.length).toBeGreaterThan(0);
    expect(leaks(log.join('\n'))).toEqual([]);
  });

  it('would be noticed', () => {
    const { phone } = canary;
    expect(leaks(`a line with ${Buffer.from(phone).toString('hex')}`)).toHaveLength(1);
    expect(leaks(`a line with ${Buffer.from(phone).toString('base64')}`)).toHaveLength(1);
    expect(leaks('CANARIA')).toHaveLength(1);
  });
});
