import { randomBytes } from 'node:crypto';
import {
  accountCommands,
  accountEvents,
  accountQueries,
  exclusionCommands,
  identityQueries,
  type Actor,
} from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { vaultOf } from '../src/identity.module';
import { rotateMasterKey } from '../src/use-cases/rotate-master-key/rotate-master-key';
import { AccountsUnderTest, actOf, brand, staff, type TestPlayer } from './accounts-under-test';
import { codeOf, type Surroundings, valueOf } from './identity-fixture';

describe('the end of personal data', () => {
  let accounts: AccountsUnderTest;
  let around: Surroundings;

  beforeAll(async () => {
    accounts = await AccountsUnderTest.start();
    ({ around } = accounts);
  });
  afterAll(() => accounts.stop());

  const call: Surroundings['client']['call'] = (...args) => accounts.call(...args);
  const named = ({ playerId }: { playerId: string }) => ({ playerId, brand });

  describe('the end of an account', () => {
    const close = (one: { playerId: string; actor: Actor }) =>
      call(accountCommands.closeAccount, {
        playerId: one.playerId,
        actor: one.actor,
        brand,
        reason: 'had enough',
      });

    it('stops its tokens and logins, leaves withdrawals, and comes once', async () => {
      const one = await accounts.player();
      const { accessToken } = valueOf(await around.login(one.form.email));
      const closed = valueOf(await close(one));
      expect(Date.parse(closed.erasedAfter) - Date.parse(closed.closedAt)).toBeGreaterThan(
        4.99 * 365 * 86_400_000,
      );
      expect(valueOf(await close(one))).toEqual(closed);
      expect(codeOf(await call(identityQueries.authenticateSession, { accessToken }))).toBe(
        'auth.invalid-token',
      );
      expect(codeOf(await around.login(one.form.email))).toBe('identity.action-not-allowed');
      const asked = { playerId: one.playerId, brand, action: 'withdraw' as const };
      expect(valueOf(await call(identityQueries.checkEligibility, asked)).allowed).toBe(true);
      expect((await accounts.audited(one.playerId)).map(({ action, reason }) => [action, reason])).toEqual([
        ['account.closed', 'had enough'],
      ]);
      expect(around.dataOf(accountEvents.playerClosed.type).length).toBeLessThanOrEqual(1);
    });

    it('exports everything first', async () => {
      const device = { fingerprint: 'fp-1', userAgent: 'Browser/2.0' };
      const one = await accounts.player({ consents: { email: true }, device });
      await around.login(one.form.email);
      // somebody else's rows, which are none of it
      const other = await accounts.player({ consents: { email: true, sms: true } });
      await around.login(other.form.email);
      const corrected = { ...named(other), actor: staff, form: { firstName: 'Adele' } };
      expect(codeOf(await call(accountCommands.changeProfile, corrected))).toBe('ok');
      const wish = { kind: 'deposit' as const, period: 'day' as const, amount: 5_000, minutes: null };
      // kept, though nobody is there to enforce it
      expect(codeOf(await call(exclusionCommands.setLimit, { ...actOf(one), wish }))).toBe(
        'identity.limit-not-acknowledged',
      );
      for (const player of [one, other]) await exclude(player, 'time-out', 'P7D');
      const exported = valueOf(await call(accountQueries.exportPersonalData, named(one)));
      expect(exported).toMatchObject({
        player: { id: one.playerId, email: one.form.email, dateOfBirth: one.form.dateOfBirth },
        sessions: [{ id: expect.any(String) }],
        consents: [{ product: 'casino', channel: 'email', granted: true }],
        profileHistory: [],
        limits: expect.arrayContaining([
          expect.objectContaining({
            active: {
              kind: 'deposit',
              period: 'day',
              amount: { amount: 5_000, currency: one.form.currency },
            },
          }),
        ]),
        exclusions: [{ kind: 'time-out', reason: 'r', endedAt: null }],
        checks: [],
        account: { emailState: 'not-asked', deviceAtRegistration: device },
      });
      const strangers = { playerId: one.playerId, brand: 'other' };
      expect(codeOf(await call(accountQueries.exportPersonalData, strangers))).toBe(
        'identity.player-not-found',
      );
    });

    const erase = (one: { playerId: string; actor: Actor }) =>
      call(accountCommands.requestErasure, { playerId: one.playerId, brand, actor: one.actor });
    const passYears = (playerId: string, years: number) =>
      around.database.query(
        `UPDATE player SET closed_at = clock_timestamp() - $2 * interval '1 year' + interval '1 minute' WHERE id = $1`,
        [playerId, years],
      );
    const erased = (playerId: string) =>
      around.count('player', `id = '${playerId}' AND erased_at IS NOT NULL`);

    it('erases marketing data now', async () => {
      const one = await accounts.player({
        consents: { email: true },
        clickId: 'click-1',
        device: { fingerprint: 'fp-2' },
      });
      valueOf(await erase(one));
      const { consents } = valueOf(await call(accountQueries.getConsents, named(one)));
      expect(consents).toEqual([{ product: 'casino', channel: 'email', granted: false }]);
      expect(
        await around.count('player', `id = '${one.playerId}' AND click_id IS NULL AND consents = '{}'`),
      ).toBe(1);
      const { account } = valueOf(await call(accountQueries.exportPersonalData, named(one)));
      expect(account).not.toHaveProperty('deviceAtRegistration');
    });

    it('erases the person when the retention of the last account ends, not a minute before', async () => {
      const one = await accounts.player({ phone: '+35699000009' });
      const form = { ...one.form };
      const second = await around.registered(form, 'other');
      await around.login(one.form.email);
      valueOf(await close(one));
      await passYears(one.playerId, 6);
      // the account at the other brand keeps the person
      await waitFor(
        async () =>
          (await around.count(
            'player',
            `id = '${one.playerId}' AND closed_at < now() - interval '5 years'`,
          )) === 1,
      );
      expect(await erased(one.playerId)).toBe(0);
      const actor = staff;
      await call(accountCommands.closeAccount, {
        playerId: second.id,
        brand: 'other',
        actor,
        reason: 'asked',
      });
      await passYears(second.id, 5);
      const personOf = async () =>
        (
          await around.database.query<{ id: string }>('SELECT person_id AS id FROM player WHERE id = $1', [
            second.id,
          ])
        )[0]?.id;
      const personId = await personOf();
      await swept();
      expect(await erased(second.id)).toBe(0);
      await around.database.query(
        `UPDATE player SET closed_at = closed_at - interval '2 minutes' WHERE id = $1`,
        [second.id],
      );
      await waitFor(async () => (await erased(second.id)) === 1);
      expect(await erased(one.playerId)).toBe(1);
      for (const table of ['person_key', 'person_identifier']) {
        expect([table, await around.count(table, `person_id = '${personId ?? ''}'`)]).toEqual([table, 0]);
      }
      expect(await around.count('player_session', `player_id = '${one.playerId}'`)).toBe(0);
      expect(codeOf(await call(identityQueries.getPlayer, named(one)))).toBe('identity.player-not-found');
      expect(codeOf(await around.login(one.form.email))).toBe('identity.invalid-login');
      expect((await accounts.audited(one.playerId)).map(({ action }) => action)).toEqual([
        'person.erased',
        'account.closed',
      ]);
      // nobody knows them any more: they may come back as somebody new
      expect(codeOf(await around.register(around.form({ ...form, phone: undefined })))).toBe('ok');
    });

    const exclude = (
      one: TestPlayer,
      kind: 'time-out' | 'self-exclusion' = 'self-exclusion',
      duration: string | null = null,
    ) =>
      call(exclusionCommands.createExclusion, {
        ...{ ...actOf(one), form: { kind, duration, reason: 'r' } },
        idempotency: { key: one.playerId, caller: 'client:operator', bodySha256: ''.padEnd(64, '0') },
      });
    const link = (one: TestPlayer, other: TestPlayer) =>
      call(exclusionCommands.linkPlayers, {
        ...{ playerId: one.playerId, brand, otherPlayerId: other.playerId, reason: 'r', actor: staff },
      });
    const closeLongAgo = async (one: TestPlayer) => {
      valueOf(await close(one));
      await passYears(one.playerId, 6);
    };
    const gone = (one: TestPlayer) => waitFor(async () => (await erased(one.playerId)) === 1);
    /** Rounds of the sweeper: somebody else, whose time is over too, is erased after whoever was before. */
    const swept = async () => {
      for (let round = 0; round < 2; round += 1) {
        const other = await accounts.player();
        await closeLongAgo(other);
        await gone(other);
      }
    };

    it('still finds an excluded person by what they were known by', async () => {
      const one = await accounts.player();
      valueOf(await exclude(one));
      await closeLongAgo(one);
      await gone(one);
      expect(codeOf(await around.register(one.form))).toBe('identity.person-excluded');
    });

    it('and by what they were known by in accounts that were found to be theirs', async () => {
      const [one, other] = [await accounts.player(), await accounts.player()];
      valueOf(await link(one, other));
      valueOf(await exclude(one));
      await closeLongAgo(one);
      await closeLongAgo(other);
      await gone(one);
      await gone(other);
      for (const { form } of [one, other]) {
        expect(codeOf(await around.register(form))).toBe('identity.person-excluded');
      }
    });

    it('keeps who has an account left, also where the accounts were linked, and then forgets all of it', async () => {
      const [one, other] = [await accounts.player(), await accounts.player()];
      valueOf(await link(other, one));
      await closeLongAgo(one);
      await swept();
      expect(await erased(one.playerId)).toBe(0);
      await closeLongAgo(other);
      await gone(one);
      const persons = `SELECT person_id FROM player WHERE id IN ('${one.playerId}', '${other.playerId}')`;
      for (const table of ['person_key', 'person_identifier']) {
        expect([table, await around.count(table, `person_id IN (${persons})`)]).toEqual([table, 0]);
      }
    });
  });

  it('change their master key, stopped and started again, while the service goes on', async () => {
    const one = await accounts.player();
    const next = randomBytes(32).toString('base64');
    const old = accounts.variable('IDENTITY_MASTER_KEY');
    // first every process opens what either key sealed, then the new one seals
    await accounts.restart({ IDENTITY_OTHER_MASTER_KEY: next });
    const config = { identityMasterKey: next, identityOtherMasterKey: old };
    const vault = vaultOf(config);
    const total = await around.count('person_key');
    const [broken] = await around.database.query<{ id: string; key: Buffer }>(
      'SELECT person_id AS id, wrapped_key AS key FROM person_key ORDER BY person_id LIMIT 1',
    );
    await around.database.query('UPDATE person_key SET wrapped_key = $2 WHERE person_id = $1', [
      broken?.id,
      randomBytes(60),
    ]);
    expect(await rotateMasterKey(around.database, vault)).toEqual({ rotated: total - 1, failed: 1 });
    await around.database.query('UPDATE person_key SET wrapped_key = $2 WHERE person_id = $1', [
      broken?.id,
      broken?.key,
    ]);
    expect(await rotateMasterKey(around.database, vault)).toEqual({ rotated: 1, failed: 0 });
    expect(await rotateMasterKey(around.database, vault)).toEqual({ rotated: 0, failed: 0 });
    expect(valueOf(await call(identityQueries.getPlayer, named(one))).email).toBe(one.form.email);
    await accounts.restart({ IDENTITY_MASTER_KEY: next });
    expect(valueOf(await call(identityQueries.getPlayer, named(one))).email).toBe(one.form.email);
    expect(codeOf(await around.login((await accounts.player()).form.email))).toBe('ok');
  });
});
