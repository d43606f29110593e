import {
  accountCommands,
  accountEvents,
  accountQueries,
  identityQueries,
  type Actor,
  type ConsentDto,
} from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { AccountsUnderTest, brand, password, staff } from './accounts-under-test';
import { codeOf, type Surroundings, valueOf } from './identity-fixture';
import type { Mailbox } from './mailbox';

describe('what persons may ask of their data', () => {
  let accounts: AccountsUnderTest;
  let around: Surroundings;
  let mailbox: Mailbox;

  beforeAll(async () => {
    accounts = await AccountsUnderTest.start();
    ({ around, mailbox } = accounts);
  });
  afterAll(() => accounts.stop());

  const call: Surroundings['client']['call'] = (...args) => accounts.call(...args);
  const named = ({ playerId }: { playerId: string }) => ({ playerId, brand });

  describe('consents', () => {
    const put = (one: { playerId: string; actor: Actor }, consents: ConsentDto[]) =>
      call(accountCommands.changeConsents, { playerId: one.playerId, actor: one.actor, brand, consents });

    it('of the registration are the first of their history; changes are told of, repeats are none', async () => {
      const one = await accounts.player({ consents: { email: true, sms: false } });
      const consent = (channel: 'email' | 'push', granted: boolean): ConsentDto => ({
        product: 'casino',
        channel,
        granted,
      });
      await put(one, [consent('email', true), consent('push', true)]);
      await put({ ...one, actor: staff }, [consent('email', false)]);
      const { consents, history } = valueOf(await call(accountQueries.getConsents, named(one)));
      expect(consents).toEqual([
        consent('email', false),
        consent('push', true),
        { product: 'casino', channel: 'sms', granted: false },
      ]);
      expect(history.map(({ channel, granted, actor }) => [channel, granted, actor.kind])).toEqual([
        ['email', false, 'staff'],
        ['push', true, 'player'],
        ['email', true, 'player'],
        ['sms', false, 'player'],
      ]);
      const { type } = accountEvents.consentChanged;
      const told = () =>
        (around.dataOf(type) as { playerId: string }[]).filter(({ playerId }) => playerId === one.playerId);
      await waitFor(() => told().length >= 4);
      expect(told()).toHaveLength(4);
      expect((await accounts.audited(one.playerId)).map(({ action, details }) => [action, details])).toEqual([
        ['consents.changed', { changes: ['casino/email=false'] }],
      ]);
    });

    it('are not named twice in one change', async () => {
      const one = await accounts.player();
      const twice: ConsentDto[] = [true, false].map((granted) => ({
        product: 'bingo',
        channel: 'email',
        granted,
      }));
      expect(codeOf(await put(one, twice))).toBe('request.invalid');
      expect(valueOf(await call(accountQueries.getConsents, named(one)))).toEqual({
        consents: [],
        history: [],
      });
    });
  });

  describe('a profile', () => {
    const change = (one: { playerId: string; actor: Actor }, form: Record<string, unknown>) =>
      call(accountCommands.changeProfile, { playerId: one.playerId, brand, actor: one.actor, form });

    it('changes, is found by what it became, and what it was is kept', async () => {
      const one = await accounts.player({ phone: '+35699000001' });
      const address = { line1: '2 New Street', city: 'Sliema', postalCode: 'SLM 1000' };
      const email = 'moved.away@example.com';
      expect(codeOf(await change(one, { email }))).toBe('identity.wrong-password');
      const changed = valueOf(
        await change(one, { email, phone: '9900 0002', address, currentPassword: password }),
      );
      expect(changed).toMatchObject({ email, phone: '+35699000002', address });
      expect(codeOf(await around.login(email))).toBe('ok');
      expect(codeOf(await around.login(one.form.email))).toBe('identity.invalid-login');
      const { profileHistory } = valueOf(await call(accountQueries.exportPersonalData, named(one)));
      expect(profileHistory).toMatchObject([
        { fields: ['email', 'phone', 'address'], before: { email: one.form.email, phone: '+35699000001' } },
      ]);
      // both numbers are the person's from now on
      for (const phone of ['+35699000001', '+35699000002']) {
        expect(codeOf(await around.register(around.form({ phone })))).toBe('identity.duplicate-person');
      }
      await waitFor(() => mailbox.mailsTo(one.form.email, 'email-changed').length === 1);
      expect((await accounts.audited(one.playerId)).map(({ details }) => details)).toEqual([
        { fields: ['email', 'phone', 'address'] },
      ]);
    });

    it('never becomes that of somebody else', async () => {
      const [one, other] = [await accounts.player(), await accounts.player({ phone: '+35699000003' })];
      for (const form of [{ email: other.form.email, currentPassword: password }, { phone: '99000003' }]) {
        expect(codeOf(await change(one, form))).toBe('identity.duplicate-person');
      }
      const name = { firstName: other.form.firstName, lastName: other.form.lastName };
      expect(codeOf(await change({ ...one, actor: staff }, name))).toBe('identity.duplicate-person');
      expect(valueOf(await call(identityQueries.getPlayer, named(one)))).toMatchObject({
        email: one.form.email,
      });
    });

    it('has names that operators correct, not players', async () => {
      const one = await accounts.player();
      expect(codeOf(await change(one, { firstName: 'Other' }))).toBe('identity.action-not-allowed');
      const corrected = valueOf(await change({ ...one, actor: staff }, { firstName: 'Adele' }));
      expect(corrected.firstName).toBe('Adele');
    });

    it.each([
      [{ email: 'no address', currentPassword: password }, 'request.invalid'],
      [{ email: 'x@mailinator.com', currentPassword: password }, 'identity.disposable-email'],
      [{ phone: '12' }, 'request.invalid'],
      [{ address: { line1: ' ', city: 'x', postalCode: 'y' } }, 'request.invalid'],
    ])('does not become %j', async (form, code) => {
      expect(codeOf(await change(await accounts.player(), form))).toBe(code);
    });

    it('of an account whose address was proven must be proven again', async () => {
      const form = around.form();
      const { id: playerId } = valueOf(await around.register(form, { caller: 'browser:web' }));
      const token = await mailbox.token(form.email, 'email-verification');
      await call(accountCommands.completeEmailVerification, { brand, token });
      const email = `new.${form.email}`;
      await change(
        { playerId, actor: { kind: 'player', id: playerId } },
        { email, currentPassword: password },
      );
      const asked = { playerId, brand, action: 'bet' as const };
      expect(valueOf(await call(identityQueries.checkEligibility, asked)).allowed).toBe(false);
      const next = await mailbox.token(email, 'email-verification');
      expect(codeOf(await call(accountCommands.completeEmailVerification, { brand, token: next }))).toBe(
        'ok',
      );
      expect(valueOf(await call(identityQueries.checkEligibility, asked)).allowed).toBe(true);
    });
  });
});
