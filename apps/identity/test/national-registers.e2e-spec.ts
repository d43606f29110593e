import { randomUUID } from 'node:crypto';
import { exclusionCommands, exclusionQueries, identityQueries, playerActions } from '@baize/contracts';
import { loadConfig, type RunningService } from '@baize/runtime';
import { waitFor } from '@baize/testing';
import { IdentityConfig } from '../src/config';
import { startIdentity } from '../src/service';
import { codeOf, quietLog, Surroundings, valueOf } from './identity-fixture';
import { RegistersUnderTest } from './registers-under-test';
import type { Form } from './registration-form';

jest.setTimeout(60_000);

const brand = 'demo';
const unavailable = 'identity.register-unavailable';

/** Germans, who may play at once: it is the register alone that decides. */
describe('national registers', () => {
  let around: Surroundings;
  let registers: RegistersUnderTest;
  let identity: RunningService;
  const log: string[] = [];

  beforeAll(async () => {
    [around, registers] = await Promise.all([Surroundings.start(), RegistersUnderTest.start()]);
    const NATIONAL_REGISTERS = registers.configuration('GAMSTOP', 'OASIS');
    process.env.LOG_LEVEL = 'trace';
    const config = loadConfig(IdentityConfig, around.environment({ NATIONAL_REGISTERS }));
    identity = await startIdentity(config, quietLog(log));
    delete process.env.LOG_LEVEL;
  }, 120_000);
  afterAll(async () => {
    await identity.stop();
    await around.stop();
    await registers.stop();
  });
  beforeEach(() => registers.fail('OASIS', 'none', 0));

  const german = (changes: Partial<Form> = {}) => around.form({ country: 'DE', ...changes });
  const player = async (form = german(), at = brand) => ({
    form,
    id: (await around.registered(form, at)).id,
  });
  const login = async (form: Form, at = brand) => codeOf(await around.login(form.email, form.password, at));
  const reasons = async (playerId: string, action: (typeof playerActions)[number], at = brand) =>
    valueOf(await around.client.call(identityQueries.checkEligibility, { playerId, brand: at, action }))
      .reasons;
  const refused = async (playerId: string, at = brand) => {
    const answers = await Promise.all(playerActions.map((action) => reasons(playerId, action, at)));
    return playerActions.filter((_, i) => answers[i]!.length > 0);
  };
  const everythingButWithdrawals = playerActions.filter((action) => action !== 'withdraw');
  const listed = async (playerId: string) =>
    valueOf(await around.client.call(exclusionQueries.listExclusions, { playerId, brand })).items;
  const age = (playerId: string) => changeAnswer(playerId, `asked_at = asked_at - interval '24 hours'`);
  const makeDue = (playerId: string) => changeAnswer(playerId, `next_check_at = clock_timestamp()`);
  const changeAnswer = (playerId: string, change: string) =>
    around.database.query(`UPDATE register_answer SET ${change} WHERE player_id = $1`, [playerId]);
  const exclude = (playerId: string) =>
    around.client.call(exclusionCommands.createExclusion, {
      ...{ playerId, brand, form: { kind: 'self-exclusion', duration: 'P6M', reason: 'r' } },
      actor: { kind: 'player', id: playerId },
      idempotency: { key: randomUUID(), caller: 'client:operator', bodySha256: '0'.repeat(64) },
    });

  describe('at registration', () => {
    it('keep out who is excluded, with every account of the person', async () => {
      const form = german();
      const elsewhere = await player(form, 'other');
      expect(await refused(elsewhere.id, 'other')).toEqual([]);
      await registers.put('OASIS', form, 'excluded');
      expect(codeOf(await around.register(form))).toBe('identity.person-excluded');
      expect(
        await around.count(
          'player',
          `id <> '${elsewhere.id}' AND email_index = (
        SELECT email_index FROM player WHERE id = '${elsewhere.id}')`,
        ),
      ).toBe(0);
      expect(await refused(elsewhere.id, 'other')).toEqual(everythingButWithdrawals);
    });

    it.each([
      ['another address', (form: Form) => ({ ...form, email: `new.${form.email}` })],
      ['a name in another script', (form: Form) => ({ ...form, firstName: 'Ада', email: `n.${form.email}` })],
      ['a phone that is known', (form: Form) => german({ phone: form.phone })],
    ])('find who was kept out again by %s, which the register does not know', async (_, disguised) => {
      const phone = `+4915112${String(Date.now() % 1_000_000).padStart(6, '0')}`;
      const form = german({ phone });
      await registers.put('OASIS', form, 'excluded', { email: form.email });
      expect(codeOf(await around.register(form))).toBe('identity.person-excluded');
      expect(codeOf(await around.register(disguised(form)))).toBe('identity.person-excluded');
      const abroad = { ...disguised(form), country: 'MT', email: `mt.${form.email}` };
      expect(codeOf(await around.register(abroad))).toBe('identity.person-excluded');
    });

    it('let in who ended it there', async () => {
      const form = german();
      await registers.put('OASIS', form, 'excluded');
      expect(codeOf(await around.register(form))).toBe('identity.person-excluded');
      await registers.put('OASIS', form, 'unknown');
      expect(codeOf(await around.register(form))).toBe('identity.person-excluded');
      await registers.put('OASIS', form, 'removed');
      const { id } = await around.registered(form);
      expect(await refused(id)).toEqual([]);
    });

    it.each(['error', 'garbage', 'silence'] as const)(
      'open no account when the answer is %s; the same key asks again',
      async (fault) => {
        const form = german();
        await registers.fail('OASIS', fault, 100_000);
        const key = randomUUID();
        expect(codeOf(await around.register(form, { key }))).toBe(unavailable);
        expect(await login(form)).toBe('identity.invalid-login');
        await registers.fail('OASIS', 'none', 0);
        await waitFor(async () => (await around.register(form, { key })).ok, { timeoutMs: 20_000 });
        expect(await login(form)).toBe('ok');
      },
    );

    it('open none in a market whose register is not connected, and keep nothing of it', async () => {
      const before = await around.count('player');
      const form = around.form({ country: 'SE', currency: 'SEK' });
      expect(codeOf(await around.register(form))).toBe(unavailable);
      expect(await around.count('player')).toBe(before);
    });

    it('are not asked about who lives elsewhere', async () => {
      const form = around.form({ country: 'MT' });
      await registers.put('OASIS', form, 'excluded');
      await registers.put('GAMSTOP', form, 'excluded');
      const { id } = await around.registered(form);
      expect(await login(form)).toBe('ok');
      expect(await refused(id)).toEqual([]);
      expect(await around.count('register_answer', `player_id = '${id}'`)).toBe(0);
    });
  });

  describe('at login', () => {
    it('end everything for who excluded themselves there since', async () => {
      const { form, id } = await player();
      const { accessToken } = valueOf(await around.login(form.email));
      await registers.put('OASIS', form, 'excluded');
      expect(await login(form)).toBe('identity.action-not-allowed');
      expect(await refused(id)).toEqual(everythingButWithdrawals);
      expect(await reasons(id, 'bet')).toEqual(['identity.national-register']);
      const living = await around.client.call(identityQueries.authenticateSession, { accessToken });
      expect(codeOf(living)).toBe('auth.invalid-token');
      expect(await listed(id)).toMatchObject([{ kind: 'national-register', expiresAt: null, endedAt: null }]);
    });

    it.each(['error', 'garbage', 'silence'] as const)('let nobody in on %s, then again', async (fault) => {
      const { form, id } = await player();
      await registers.fail('OASIS', fault);
      expect(await login(form)).toBe(unavailable);
      expect(await login(form)).toBe('ok');
      expect(await refused(id)).toEqual([]);
    });

    it('are asked only about who knows the password', async () => {
      const { form } = await player();
      await registers.put('OASIS', form, 'excluded');
      expect(codeOf(await around.login(form.email, 'wrong password'))).toBe('identity.invalid-login');
      expect(await login(form)).toBe('identity.action-not-allowed');
    });

    it('make one restriction of two logins at once', async () => {
      const { form, id } = await player();
      await registers.put('OASIS', form, 'excluded');
      const both = await Promise.all([login(form), login(form)]);
      expect(both).toEqual(['identity.action-not-allowed', 'identity.action-not-allowed']);
      expect(await listed(id)).toHaveLength(1);
    });
  });

  describe('at launch and deposit', () => {
    it('are asked again when the answer is too old', async () => {
      const { form, id } = await player();
      await registers.put('OASIS', form, 'excluded');
      expect(await reasons(id, 'launch')).toEqual([]);
      await age(id);
      expect(await reasons(id, 'bet')).toEqual([]);
      expect(await reasons(id, 'launch')).toEqual(['identity.national-register']);
      expect(await reasons(id, 'bet')).toEqual(['identity.national-register']);
    });

    it('stop both, and no withdrawal, while nothing is known', async () => {
      const { id } = await player();
      await age(id);
      await registers.fail('OASIS', 'error', 2);
      expect(await reasons(id, 'deposit')).toEqual([unavailable]);
      expect(await reasons(id, 'launch')).toEqual([unavailable]);
      expect(await reasons(id, 'withdraw')).toEqual([]);
      expect(await reasons(id, 'deposit')).toEqual([]);
    });

    it('are asked again when the data changed', async () => {
      const { id } = await player();
      await changeAnswer(id, `about = sha256('other')`);
      await registers.fail('OASIS', 'error');
      expect(await reasons(id, 'launch')).toEqual([unavailable]);
    });
  });

  describe('every day', () => {
    it('are asked about who does not come, and end what stands open', async () => {
      const { form, id } = await player();
      const { accessToken } = valueOf(await around.login(form.email));
      await registers.put('OASIS', form, 'excluded');
      await makeDue(id);
      await waitFor(async () => (await refused(id)).length > 0, { timeoutMs: 20_000 });
      const living = await around.client.call(identityQueries.authenticateSession, { accessToken });
      expect(codeOf(living)).toBe('auth.invalid-token');
    });

    it('change nothing by being away, and are asked again', async () => {
      const { form, id } = await player();
      await registers.fail('OASIS', 'error');
      await registers.put('OASIS', form, 'excluded');
      await makeDue(id);
      const isSoon = `next_check_at BETWEEN clock_timestamp() + interval '1 second' AND clock_timestamp() + interval '301 seconds'`;
      await waitFor(
        async () => (await around.count('register_answer', `player_id = '${id}' AND ${isSoon}`)) === 1,
        {
          timeoutMs: 20_000,
        },
      );
      expect(await listed(id)).toEqual([]);
    });

    it('ask no more about a closed account', async () => {
      const { id } = await player();
      await around.database.query(`UPDATE player SET status = 'closed' WHERE id = $1`, [id]);
      await makeDue(id);
      await waitFor(async () => (await around.count('register_answer', `player_id = '${id}'`)) === 0, {
        timeoutMs: 20_000,
      });
    });
  });

  describe('the end of an entry', () => {
    const excluded = async () => {
      const one = await player();
      await registers.put('OASIS', one.form, 'excluded');
      expect(await login(one.form)).toBe('identity.action-not-allowed');
      return one;
    };
    const lift = (exclusionId: string) =>
      around.client.call(exclusionCommands.requestLift, {
        ...{ exclusionId, brand, form: { reason: 'r' }, actor: { kind: 'client', id: 'a' } },
      });
    const approve = async (exclusionId: string, id: string) =>
      codeOf(
        await around.client.call(exclusionCommands.approveLift, {
          exclusionId,
          brand,
          actor: { kind: 'client', id },
        }),
      );

    it('comes with the word of the register that the person ended it, found by the daily question', async () => {
      const { form, id } = await excluded();
      await registers.put('OASIS', form, 'removed');
      await makeDue(id);
      await waitFor(async () => (await refused(id)).length === 0, { timeoutMs: 20_000 });
      expect(await login(form)).toBe('ok');
      expect((await listed(id))[0]?.endedAt).not.toBeNull();
    });

    it('leaves the player’s own self-exclusion where it is', async () => {
      const { form, id } = await player();
      expect((await exclude(id)).ok).toBe(true);
      await registers.put('OASIS', form, 'excluded');
      await login(form);
      await registers.put('OASIS', form, 'removed');
      expect(await login(form)).toBe('identity.action-not-allowed');
      expect(await reasons(id, 'bet')).toEqual(['identity.self-exclusion']);
    });

    it('needs two people and a cooling-off when the register only knows nobody any more', async () => {
      const { form, id } = await excluded();
      const [entry] = await listed(id);
      expect(codeOf(await lift(entry!.id))).toBe('identity.exclusion-not-liftable');
      await registers.put('OASIS', form, 'unknown');
      expect(await login(form)).toBe('identity.action-not-allowed');
      expect(valueOf(await lift(entry!.id)).status).toBe('awaiting-approval');
      expect(await approve(entry!.id, 'b')).toBe('identity.cooling-off');
      await around.database.query(
        `UPDATE lift_request SET earliest_at = clock_timestamp() WHERE restriction_id = $1`,
        [entry!.id],
      );
      await registers.put('OASIS', form, 'excluded');
      await login(form);
      expect(await approve(entry!.id, 'b')).toBe('identity.exclusion-not-liftable');
      await registers.put('OASIS', form, 'unknown');
      await login(form);
      expect(await approve(entry!.id, 'a')).toBe('identity.same-approver');
      expect(await approve(entry!.id, 'b')).toBe('ok');
      expect(await login(form)).toBe('ok');
    });

    it('of one account is not the word of another', async () => {
      const form = german();
      const other = await player(form, 'other');
      const { id } = await player({ ...form, email: `second.${form.email}` });
      await registers.put('OASIS', form, 'excluded', { email: form.email });
      expect(await login(form, 'other')).toBe('identity.action-not-allowed');
      expect(await refused(id)).toEqual(everythingButWithdrawals);
      await registers.put('OASIS', form, 'removed', { email: `second.${form.email}` });
      expect(await login({ ...form, email: `second.${form.email}` })).toBe('identity.action-not-allowed');
      expect(await refused(other.id, 'other')).toEqual(everythingButWithdrawals);
    });
  });

  it('tell nobody else who was asked about', async () => {
    const { form } = await player(german({ lastName: 'Canaria Featherstonehaugh' }));
    await registers.fail('OASIS', 'silence');
    await login(form);
    const told = JSON.stringify(around.events) + log.join('\n');
    for (const text of ['Featherstonehaugh', form.email, form.dateOfBirth, form.address.postalCode]) {
      expect(told).not.toContain(text);
    }
    expect(log.length).toBeGreaterThan(0);
    expect(await around.count('audit_entry', `action = 'exclusion.register-found'`)).toBeGreaterThan(0);
  });
});
