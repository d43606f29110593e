import { randomUUID } from 'node:crypto';
import { identityQueries } from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { everythingButWithdrawals, GermanMarket } from './german-market';
import { codeOf, valueOf } from './identity-fixture';
import type { Form } from './registration-form';

const unavailable = 'identity.register-unavailable';

describe('national registers', () => {
  let market: GermanMarket;
  let around: GermanMarket['around'];
  let registers: GermanMarket['registers'];

  beforeAll(async () => {
    market = await GermanMarket.open();
    ({ around, registers } = market);
  }, 120_000);
  afterAll(() => market.close());
  beforeEach(() => registers.fail('OASIS', 'none', 0));

  describe('at registration', () => {
    it('keep out who is excluded, with every account of the person', async () => {
      const form = market.german();
      const elsewhere = await market.player(form, 'other');
      expect(await market.refused(elsewhere.id, 'other')).toEqual([]);
      await registers.put('OASIS', form, 'excluded');
      expect(codeOf(await around.register(form))).toBe('identity.person-excluded');
      expect(
        await around.count(
          'player',
          `id <> '${elsewhere.id}' AND email_index = (
        SELECT email_index FROM player WHERE id = '${elsewhere.id}')`,
        ),
      ).toBe(0);
      expect(await market.refused(elsewhere.id, 'other')).toEqual(everythingButWithdrawals);
    });

    it.each([
      ['another address', (form: Form) => ({ ...form, email: `new.${form.email}` })],
      ['a name in another script', (form: Form) => ({ ...form, firstName: 'Ада', email: `n.${form.email}` })],
      ['a phone that is known', (form: Form) => market.german({ phone: form.phone })],
    ])('find who was kept out again by %s, which the register does not know', async (_, disguised) => {
      const phone = `+4915112${String(Date.now() % 1_000_000).padStart(6, '0')}`;
      const form = market.german({ phone });
      await registers.put('OASIS', form, 'excluded', { email: form.email });
      expect(codeOf(await around.register(form))).toBe('identity.person-excluded');
      expect(codeOf(await around.register(disguised(form)))).toBe('identity.person-excluded');
      const abroad = { ...disguised(form), country: 'MT', email: `mt.${form.email}` };
      expect(codeOf(await around.register(abroad))).toBe('identity.person-excluded');
    });

    it('let in who ended it there', async () => {
      const form = market.german();
      await registers.put('OASIS', form, 'excluded');
      expect(codeOf(await around.register(form))).toBe('identity.person-excluded');
      await registers.put('OASIS', form, 'unknown');
      expect(codeOf(await around.register(form))).toBe('identity.person-excluded');
      await registers.put('OASIS', form, 'removed');
      const { id } = await around.registered(form);
      expect(await market.refused(id)).toEqual([]);
    });

    it.each(['error', 'garbage', 'silence'] as const)(
      'open no account when the answer is %s; the same key asks again',
      async (fault) => {
        const form = market.german();
        await registers.fail('OASIS', fault, 100_000);
        const key = randomUUID();
        expect(codeOf(await around.register(form, { key }))).toBe(unavailable);
        expect(await market.login(form)).toBe('identity.invalid-login');
        await registers.fail('OASIS', 'none', 0);
        await waitFor(async () => (await around.register(form, { key })).ok);
        expect(await market.login(form)).toBe('ok');
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
      expect(await market.login(form)).toBe('ok');
      expect(await market.refused(id)).toEqual([]);
      expect(await around.count('register_answer', `player_id = '${id}'`)).toBe(0);
    });
  });

  describe('at login', () => {
    it('end everything for who excluded themselves there since', async () => {
      const { form, id } = await market.player();
      const { accessToken } = valueOf(await around.login(form.email));
      await registers.put('OASIS', form, 'excluded');
      expect(await market.login(form)).toBe('identity.action-not-allowed');
      expect(await market.refused(id)).toEqual(everythingButWithdrawals);
      expect(await market.reasons(id, 'bet')).toEqual(['identity.national-register']);
      const living = await around.client.call(identityQueries.authenticateSession, { accessToken });
      expect(codeOf(living)).toBe('auth.invalid-token');
      expect(await market.exclusions(id)).toMatchObject([
        { kind: 'national-register', expiresAt: null, endedAt: null },
      ]);
    });

    it.each(['error', 'garbage', 'silence'] as const)('let nobody in on %s, then again', async (fault) => {
      const { form, id } = await market.player();
      await registers.fail('OASIS', fault);
      expect(await market.login(form)).toBe(unavailable);
      expect(await market.login(form)).toBe('ok');
      expect(await market.refused(id)).toEqual([]);
    });

    it('are asked only about who knows the password', async () => {
      const { form } = await market.player();
      await registers.put('OASIS', form, 'excluded');
      expect(codeOf(await around.login(form.email, 'wrong password'))).toBe('identity.invalid-login');
      expect(await market.login(form)).toBe('identity.action-not-allowed');
    });
  });

  describe('at launch and deposit', () => {
    it('are asked again when the answer is too old', async () => {
      const { form, id } = await market.player();
      await registers.put('OASIS', form, 'excluded');
      expect(await market.reasons(id, 'launch')).toEqual([]);
      await market.age(id);
      expect(await market.reasons(id, 'bet')).toEqual([]);
      expect(await market.reasons(id, 'launch')).toEqual(['identity.national-register']);
      expect(await market.reasons(id, 'bet')).toEqual(['identity.national-register']);
    });

    it('stop both, and no withdrawal, while nothing is known', async () => {
      const { id } = await market.player();
      await market.age(id);
      await registers.fail('OASIS', 'error', 2);
      expect(await market.reasons(id, 'deposit')).toEqual([unavailable]);
      expect(await market.reasons(id, 'launch')).toEqual([unavailable]);
      expect(await market.reasons(id, 'withdraw')).toEqual([]);
      expect(await market.reasons(id, 'deposit')).toEqual([]);
    });

    it('are asked again when the data changed', async () => {
      const { id } = await market.player();
      await market.changeAnswer(id, `about = sha256('other')`);
      await registers.fail('OASIS', 'error');
      expect(await market.reasons(id, 'launch')).toEqual([unavailable]);
    });
  });

  describe('every day', () => {
    it('are asked about who does not come, and end what stands open', async () => {
      const { form, id } = await market.player();
      const { accessToken } = valueOf(await around.login(form.email));
      await registers.put('OASIS', form, 'excluded');
      await market.makeDue(id);
      await waitFor(async () => (await market.refused(id)).length > 0);
      const living = await around.client.call(identityQueries.authenticateSession, { accessToken });
      expect(codeOf(living)).toBe('auth.invalid-token');
    });

    it('change nothing by being away, and are asked again', async () => {
      const { form, id } = await market.player();
      await registers.fail('OASIS', 'error');
      await registers.put('OASIS', form, 'excluded');
      await market.makeDue(id);
      const isSoon = `next_check_at BETWEEN clock_timestamp() + interval '1 second' AND clock_timestamp() + interval '301 seconds'`;
      await waitFor(
        async () => (await around.count('register_answer', `player_id = '${id}' AND ${isSoon}`)) === 1,
      );
      expect(await market.exclusions(id)).toEqual([]);
    });

    it('ask no more about a closed account', async () => {
      const { id } = await market.player();
      await around.database.query(`UPDATE player SET status = 'closed' WHERE id = $1`, [id]);
      await market.makeDue(id);
      await waitFor(async () => (await around.count('register_answer', `player_id = '${id}'`)) === 0);
    });
  });

  it('tell nobody else who was asked about', async () => {
    const { form } = await market.player(market.german({ lastName: 'Canaria Featherstonehaugh' }));
    await registers.fail('OASIS', 'silence');
    await market.login(form);
    const told = JSON.stringify(around.events) + market.log.join('\n');
    for (const text of ['Featherstonehaugh', form.email, form.dateOfBirth, form.address.postalCode]) {
      expect(told).not.toContain(text);
    }
    expect(market.log.length).toBeGreaterThan(0);
    expect(await around.count('audit_entry', `action = 'exclusion.register-found'`)).toBeGreaterThan(0);
  });
});
