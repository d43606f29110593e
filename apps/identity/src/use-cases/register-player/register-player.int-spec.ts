import { identityEvents, identityQueries } from '@baize/contracts';
import { loadConfig, type RunningService } from '@baize/runtime';
import { waitFor } from '@baize/testing';
import { codeOf, quietLog, Surroundings, valueOf } from '../../../test/identity-fixture';
import { IdentityConfig } from '../../config';
import { startIdentity } from '../../service';

describe('register-player', () => {
  let around: Surroundings;
  let identity: RunningService;

  beforeAll(async () => {
    around = await Surroundings.start();
    const config = loadConfig(IdentityConfig, around.environment());
    identity = await startIdentity(config, quietLog());
  });
  afterAll(async () => {
    await identity.stop();
    await around.stop();
  });
  beforeEach(() => around.setWallet('opens'));

  const getPlayer = (playerId: string, brand = 'demo') =>
    around.client.call(identityQueries.getPlayer, { playerId, brand });
  const personOf = async (playerId: string) => {
    const [row] = await around.database.query<{ id: string }>(
      'SELECT person_id AS id FROM player WHERE id = $1',
      [playerId],
    );
    return row?.id;
  };

  it('opens the wallet, tells of the player and gives the profile back', async () => {
    const form = around.form({ phone: '+356 2100 0001', clickId: 'click-1', consents: { email: true } });
    const reply = await around.registered(form);
    expect(reply).toMatchObject({ status: 'active', kycLevel: 'none' });
    expect(around.opened.filter(({ playerId }) => playerId === reply.id)).toEqual([
      {
        ...{ playerId: reply.id, brand: 'demo', currency: 'EUR', epoch: 0, forbids: [] },
        country: 'MT',
        limits: { epoch: 0, timeZone: 'Europe/Malta', limits: [] },
      },
    ]);
    expect(valueOf(await getPlayer(reply.id))).toEqual({
      ...{ id: reply.id, brand: 'demo', status: 'active', kycLevel: 'none', createdAt: reply.createdAt },
      ...{ email: form.email, firstName: form.firstName, lastName: form.lastName, phone: '+35621000001' },
      ...{ dateOfBirth: form.dateOfBirth, address: form.address, country: 'MT', currency: 'EUR' },
      consents: { email: true },
    });
    const { type } = identityEvents.playerRegistered;
    const told = { playerId: reply.id, brand: 'demo', country: 'MT', currency: 'EUR', clickId: 'click-1' };
    await waitFor(() => around.dataOf(type).length > 0);
    expect(around.dataOf(type)).toEqual([{ ...told, registeredAt: reply.createdAt }]);
  });

  it('knows no player of another brand and none by what is no id', async () => {
    const { id } = await around.registered();
    expect(codeOf(await getPlayer(id, 'other'))).toBe('identity.player-not-found');
    expect(codeOf(await getPlayer("'; DROP TABLE player"))).toBe('identity.player-not-found');
  });

  it('answers only after the wallet is open; before that the player does not exist', async () => {
    around.setWallet('stays silent');
    const form = around.form();
    const key = 'waits-for-the-wallet';
    const first = around.register(form, { key });
    first.catch(() => undefined); // its outcome is awaited below
    const seen = around.opened.length;
    await waitFor(() => around.opened.length > seen);
    const playerId = around.opened.at(-1)?.playerId ?? '';
    expect(codeOf(await getPlayer(playerId))).toBe('identity.player-not-found');
    expect(codeOf(await around.login(form.email))).toBe('identity.invalid-login');
    expect(codeOf(await around.register(form, { key }))).toBe('idempotency.in-progress');
    expect(codeOf(await first)).toBe('gateway.service-unavailable');
    around.setWallet('opens');
    await waitFor(async () => (await around.register(form, { key })).ok);
    expect(valueOf(await around.register(form, { key }))).toMatchObject({ id: playerId, replayed: true });
  });

  describe('the idempotency key', () => {
    it('replays the answer and refuses another body; its scope is caller and brand', async () => {
      const form = around.form();
      const first = valueOf(await around.register(form, { key: 'k1' }));
      expect(first.replayed).toBeUndefined();
      expect(valueOf(await around.register(form, { key: 'k1' }))).toEqual(
        Object.assign({}, first, { replayed: true }),
      );
      expect(codeOf(await around.register(around.form(), { key: 'k1' }))).toBe('idempotency.key-reused');
      expect(codeOf(await around.register(around.form(), { key: 'k1', caller: 'client:other' }))).toBe('ok');
      expect(codeOf(await around.register(around.form(), { key: 'k1', brand: 'other' }))).toBe('ok');
    });

    it('stores refusals, but not malformed requests', async () => {
      const child = around.form({ dateOfBirth: '2020-01-01' });
      const refused = await around.register(child, { key: 'k2' });
      expect(refused).toMatchObject({ ok: false, error: { code: 'identity.under-age' } });
      const again = await around.register(child, { key: 'k2' });
      if (refused.ok) throw new Error('a child was registered');
      expect(again).toEqual({ ok: false, error: { ...refused.error, replayed: true } });
      const slip = around.form({ phone: '123' });
      expect(codeOf(await around.register(slip, { key: 'k3' }))).toBe('request.invalid');
      expect(codeOf(await around.register({ ...slip, phone: '+35621000003' }, { key: 'k3' }))).toBe('ok');
    });

    it('used 20 times at once makes one player', async () => {
      const form = around.form();
      const key = 'twenty-at-once';
      const results = await Promise.all(Array.from({ length: 20 }, () => around.register(form, { key })));
      const codes = new Set(results.map(codeOf));
      expect(codes.has('ok')).toBe(true);
      codes.delete('ok');
      codes.delete('idempotency.in-progress');
      expect([...codes]).toEqual([]);
      const ids = new Set(results.flatMap((result) => (result.ok ? [result.value.id] : [])));
      expect(ids.size).toBe(1);
      expect(await around.count('registration', `key = '${key}'`)).toBe(1);
      const { id } = valueOf(await around.register(form, { key }));
      expect([...ids]).toEqual([id]);
      expect(around.opened.filter(({ playerId }) => playerId === id)).toHaveLength(1);
    });

    it('is forgotten after the retention, never while it is open', async () => {
      const form = around.form();
      await around.register(form, { key: 'old' });
      await around.database.query(
        `UPDATE registration SET created_at = now() - interval '49 hours' WHERE key = 'old'`,
      );
      await around.register(around.form(), { key: 'younger' });
      await around.database.query(
        `UPDATE registration SET created_at = now() - interval '47 hours' WHERE key = 'younger'`,
      );
      const gone = async () => (await around.count('registration', `key = 'old'`)) === 0;
      await waitFor(gone);
      expect(await around.count('registration', `key = 'younger'`)).toBe(1);
    });
  });

  describe('one account per person and brand', () => {
    it('sees through disguises', async () => {
      const form = around.form({
        email: 'jurgen@example.com',
        firstName: 'Jürgen',
        lastName: 'Müller',
        phone: '+4915100000001',
      });
      await around.registered(form);
      const other = { lastName: 'Somebody', dateOfBirth: '1991-01-01', phone: undefined };
      const disguise = async (changes: object) => codeOf(await around.register(around.form(changes)));
      expect(await disguise({ email: 'JURGEN@Example.com', ...other })).toBe('identity.email-taken');
      expect(await disguise({ firstName: 'JUERGEN', lastName: 'Mueller' })).toBe('identity.duplicate-person');
      expect(await disguise({ firstName: 'Muller', lastName: 'jurgen' })).toBe('identity.duplicate-person');
      expect(await disguise({ ...other, phone: '+49 151 0000-0001' })).toBe('identity.duplicate-person');
      expect(await disguise({ firstName: 'Jürgen', lastName: 'Müller', dateOfBirth: '1990-12-11' })).toBe(
        'ok',
      );
    });

    it('20 registrations of one person at once make one player', async () => {
      const form = around.form({ lastName: 'Twentyfold' });
      const players = await around.count('player');
      const persons = await around.count('person');
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, i) => around.register({ ...form, email: `twenty${i}@example.com` })),
      );
      const codes = results.map(codeOf).sort();
      expect(codes).toEqual([...Array<string>(19).fill('identity.duplicate-person'), 'ok']);
      expect(await around.count('player')).toBe(players + 1);
      expect(await around.count('person')).toBe(persons + 1);
    });

    it('gives a person one id across brands and the wallet the fence as it stands', async () => {
      const form = around.form({ firstName: 'Łucja', lastName: 'Żak' });
      const first = await around.registered(form);
      const personId = await personOf(first.id);
      await around.database.query('UPDATE person SET epoch = 7 WHERE id = $1', [personId]);
      const second = await around.registered(
        { ...form, email: 'other@example.com', firstName: 'Lucja', lastName: 'Zak' },
        'other',
      );
      expect(await personOf(second.id)).toBe(personId);
      expect(around.opened.at(-1)).toMatchObject({ playerId: second.id, brand: 'other', epoch: 7 });
      expect(valueOf(await getPlayer(second.id, 'other')).firstName).toBe('Lucja');
    });

    it('one person at two brands at once is one person', async () => {
      const form = around.form({ lastName: 'Simultaneous' });
      const brands = Array.from({ length: 8 }, (_, i) => `brand-${i}`);
      const replies = await Promise.all(brands.map((brand) => around.registered(form, brand)));
      const persons = await Promise.all(replies.map(({ id }) => personOf(id)));
      expect(new Set(persons).size).toBe(1);
    });

    it('does not tie the e-mail of a refused attempt to the person it named', async () => {
      const victim = around.form({ lastName: 'Victim' });
      const { id } = await around.registered(victim);
      const attack = around.form({ ...victim, email: 'attacker@example.com' });
      expect(codeOf(await around.register(attack))).toBe('identity.duplicate-person');
      const attacker = await around.registered(around.form({ email: attack.email }), 'other');
      expect(await personOf(attacker.id)).not.toBe(await personOf(id));
    });
  });

  describe('when the wallet', () => {
    it('is away, a retry with the same key ends in one player', async () => {
      around.setWallet('is away');
      const form = around.form();
      expect(codeOf(await around.register(form, { key: 'away' }))).toBe('gateway.service-unavailable');
      around.setWallet('opens');
      const { id } = valueOf(await waitForAnswer(() => around.register(form, { key: 'away' })));
      expect(around.opened.at(-1)?.playerId).toBe(id);
      expect(await around.count('player', `id = '${id}' AND status = 'active'`)).toBe(1);
      expect(codeOf(await around.login(form.email))).toBe('ok');
    });

    it('comes back, the sweeper finishes what nobody asks for again', async () => {
      around.setWallet('is away');
      const form = around.form();
      expect(codeOf(await around.register(form, { key: 'nobody-asks' }))).toBe('gateway.service-unavailable');
      expect(await around.count('player', `status = 'pending'`)).toBe(1);
      around.setWallet('opens');
      await waitFor(async () => (await around.count('player', `status = 'pending'`)) === 0);
      expect(valueOf(await around.register(form, { key: 'nobody-asks' })).replayed).toBe(true);
    });

    it('refuses, the refusal is the answer and the person is free to try again', async () => {
      around.setWallet('refuses');
      const form = around.form();
      expect(codeOf(await around.register(form, { key: 'refused' }))).toBe('wallet.currency-mismatch');
      around.setWallet('opens');
      expect(await around.register(form, { key: 'refused' })).toMatchObject({
        ok: false,
        error: { code: 'wallet.currency-mismatch', replayed: true },
      });
      expect(codeOf(await around.register(form))).toBe('ok');
    });
  });

  /** The sweeper may hold the registration for a moment. */
  async function waitForAnswer<T extends Awaited<ReturnType<Surroundings['register']>>>(
    ask: () => Promise<T>,
  ) {
    let answer: T | undefined;
    await waitFor(async () => {
      answer = await ask();
      return codeOf(answer) !== 'idempotency.in-progress';
    });
    if (!answer) throw new Error('no answer');
    return answer;
  }
});
