import {
  accountCommands,
  accountQueries,
  identityCommands,
  identityQueries,
  type Actor,
} from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { AccountsUnderTest, brand, password } from './accounts-under-test';
import { codeOf, type Surroundings, valueOf } from './identity-fixture';
import type { Mailbox } from './mailbox';

describe('accounts', () => {
  let accounts: AccountsUnderTest;
  let around: Surroundings;
  let mailbox: Mailbox;

  beforeAll(async () => {
    accounts = await AccountsUnderTest.start();
    ({ around, mailbox } = accounts);
  });
  afterAll(() => accounts.stop());

  const call: Surroundings['client']['call'] = (...args) => accounts.call(...args);
  const authenticate = (accessToken: string) => call(identityQueries.authenticateSession, { accessToken });
  const actions = async (playerId: string) => (await accounts.audited(playerId)).map(({ action }) => action);

  describe('an e-mail address', () => {
    const eligibility = async (playerId: string, action: 'login' | 'bet' | 'deposit' | 'withdraw') =>
      valueOf(await call(identityQueries.checkEligibility, { playerId, brand, action }));
    const verify = (token: string) => call(accountCommands.completeEmailVerification, { brand, token });

    it('need not be proven by players whom an operator registers', async () => {
      const one = await accounts.loggedIn();
      expect(await eligibility(one.playerId, 'bet')).toMatchObject({ allowed: true });
      expect(mailbox.mailsTo(one.email, 'email-verification')).toEqual([]);
    });

    it('is proven by who registered from a browser, before play', async () => {
      const form = around.form();
      const { id: playerId } = valueOf(await around.register(form, { caller: 'browser:web' }));
      for (const action of ['bet', 'deposit'] as const) {
        const reasons = ['identity.email-unverified'];
        expect(await eligibility(playerId, action)).toMatchObject({ allowed: false, reasons });
      }
      for (const action of ['login', 'withdraw'] as const) {
        expect(await eligibility(playerId, action)).toMatchObject({ allowed: true });
      }
      const first = await mailbox.token(form.email, 'email-verification');
      const act = { playerId, brand, actor: { kind: 'player', id: playerId } as const };
      expect(codeOf(await call(accountCommands.sendEmailVerification, act))).toBe('ok');
      const token = await mailbox.token(form.email, 'email-verification', 2);
      expect(codeOf(await verify(first))).toBe('identity.invalid-token');
      expect(codeOf(await verify(token))).toBe('ok');
      expect(codeOf(await verify(token))).toBe('identity.invalid-token');
      expect(await eligibility(playerId, 'bet')).toMatchObject({ allowed: true });
      const again = await call(accountCommands.sendEmailVerification, act);
      expect(codeOf(again)).toBe('identity.email-already-verified');
    });

    it('is mailed again while the mail service fails, and reaches it under one id', async () => {
      mailbox.status = 503;
      const form = around.form();
      await around.register(form, { caller: 'browser:web' });
      await waitFor(async () => (await around.count('mail', 'attempts > 0')) > 0);
      mailbox.status = 200;
      await around.database.query('UPDATE mail SET due_at = now()');
      await mailbox.token(form.email, 'email-verification');
      await waitFor(async () => (await around.count('mail')) === 0);
      expect([...mailbox.tokens]).toEqual(['server-token']);
    });
  });

  describe('sessions', () => {
    const list = async (playerId: string) =>
      valueOf(await call(accountQueries.listPlayerSessions, { playerId, brand })).items;

    it('are listed with where they came from, and ended one by one or all; tokens stop at once', async () => {
      const one = await accounts.loggedIn();
      const form = { email: one.email, password, device: { userAgent: 'Browser/1.0' } };
      const other = valueOf(await call(identityCommands.createSession, { brand, form, ip: '192.0.2.7' }));
      const [newest, oldest] = await list(one.playerId);
      expect(newest).toMatchObject({ ip: '192.0.2.7', userAgent: 'Browser/1.0' });
      const revoke = (sessionId?: string, actor: Actor = one.actor) =>
        call(accountCommands.revokePlayerSessions, {
          ...{ playerId: one.playerId, brand, actor },
          ...(sessionId !== undefined && { sessionId }),
        });
      expect(codeOf(await revoke(newest?.id))).toBe('ok');
      expect(codeOf(await authenticate(other.accessToken))).toBe('auth.invalid-token');
      expect(codeOf(await authenticate(one.tokens.accessToken))).toBe('ok');
      expect(codeOf(await revoke(newest?.id))).toBe('identity.session-not-found');
      expect(codeOf(await revoke('no uuid'))).toBe('identity.session-not-found');
      const stranger = await accounts.loggedIn();
      const [strangers] = await list(stranger.playerId);
      expect(codeOf(await revoke(strangers?.id))).toBe('identity.session-not-found');
      expect(codeOf(await revoke(undefined, { kind: 'staff', id: 'ines' }))).toBe('ok');
      expect(codeOf(await authenticate(one.tokens.accessToken))).toBe('auth.invalid-token');
      expect(await list(one.playerId)).toEqual([]);
      expect(oldest).toBeDefined();
      // the player's own act is in its history, the operator's in the audit log
      expect(await actions(one.playerId)).toEqual(['player-sessions.revoked']);
      expect(codeOf(await authenticate(stranger.tokens.accessToken))).toBe('ok');
    });
  });
});
