import {
  accountCommands,
  accountQueries,
  auditQueryOf,
  identityCommands,
  identityQueries,
  type Actor,
  type SessionTokens,
} from '@baize/contracts';
import { loadConfig, type RunningService } from '@baize/runtime';
import { waitFor } from '@baize/testing';
import { Secret, TOTP } from 'otpauth';
import { IdentityConfig } from '../src/config';
import { startIdentity } from '../src/service';
import { codeOf, quietLog, Surroundings, valueOf } from './identity-fixture';
import { Mailbox } from './mailbox';

jest.setTimeout(60_000);

const brand = 'demo';
const password = 'correct horse battery';
const newPassword = 'another horse altogether';

describe('accounts', () => {
  let around: Surroundings;
  let mailbox: Mailbox;
  let identity: RunningService;

  beforeAll(async () => {
    [around, mailbox] = await Promise.all([Surroundings.start(), Mailbox.open()]);
    const environment = around.environment({
      ...{ MAIL_URL: mailbox.url, MAIL_TOKEN: 'server-token', MAIL_PAUSE_SECONDS: '0' },
      ...{ LOGIN_MAX_FAILURES: '4', LOGIN_FIRST_LOCK_SECONDS: '60' },
    });
    identity = await startIdentity(loadConfig(IdentityConfig, environment), quietLog());
  });
  afterAll(async () => {
    await identity.stop();
    await mailbox.close();
    await around.stop();
  });

  const call: Surroundings['client']['call'] = (...args) => around.client.call(...args);
  const authenticate = (accessToken: string) => call(identityQueries.authenticateSession, { accessToken });

  interface Player {
    playerId: string;
    email: string;
    actor: Actor;
    tokens: SessionTokens;
  }
  async function player(): Promise<Player> {
    const form = around.form();
    const { id: playerId } = await around.registered(form);
    const tokens = valueOf(await around.login(form.email));
    return { playerId, email: form.email, actor: { kind: 'player', id: playerId }, tokens };
  }
  const actOf = ({ playerId, actor }: Player) => ({ playerId, brand, actor });
  const actions = async (playerId: string) =>
    valueOf(await call(auditQueryOf('identity'), { brand, subject: playerId, limit: 50 })).items.map(
      ({ action }) => action,
    );

  describe('a password', () => {
    it('is changed by who knows it, ends every session, and is told of by mail', async () => {
      const one = await player();
      const change = (currentPassword: string, next = newPassword) =>
        call(accountCommands.changePassword, { ...actOf(one), currentPassword, newPassword: next });
      expect(codeOf(await change('not the password'))).toBe('identity.wrong-password');
      expect(codeOf(await change(password, 'password123'))).toBe('identity.weak-password');
      expect(codeOf(await change(password, one.email))).toBe('identity.weak-password');
      expect(codeOf(await authenticate(one.tokens.accessToken))).toBe('ok');
      expect(codeOf(await change(password))).toBe('ok');
      expect(codeOf(await authenticate(one.tokens.accessToken))).toBe('auth.invalid-token');
      expect(codeOf(await around.login(one.email))).toBe('identity.invalid-login');
      expect(codeOf(await around.login(one.email, newPassword))).toBe('ok');
      await waitFor(() => mailbox.mailsTo(one.email, 'password-changed').length === 1, { timeoutMs: 15_000 });
      expect(await actions(one.playerId)).toEqual(['password.changed']);
    });

    it('is not found out by changing it more often than by logging in', async () => {
      const one = await player();
      for (let guess = 0; guess < 4; guess += 1) {
        await call(accountCommands.changePassword, {
          ...actOf(one),
          currentPassword: `guess ${guess}`,
          newPassword,
        });
      }
      const locked = await call(accountCommands.changePassword, {
        ...actOf(one),
        currentPassword: password,
        newPassword,
      });
      expect(codeOf(locked)).toBe('identity.login-locked');
      expect(codeOf(await around.login(one.email))).toBe('identity.login-locked');
    });

    it('of two changes at once is the one of one of them', async () => {
      const one = await player();
      const next = ['first new password', 'second new password'];
      const outcomes = await Promise.all(
        next.map((one_) =>
          call(accountCommands.changePassword, {
            ...actOf(one),
            currentPassword: password,
            newPassword: one_,
          }),
        ),
      );
      expect(outcomes.map(codeOf).sort()).toEqual(['identity.wrong-password', 'ok']);
    });

    const requestReset = (email: string) => call(accountCommands.requestPasswordReset, { brand, email });
    const reset = (token: string, next = newPassword, to = brand) =>
      call(accountCommands.completePasswordReset, { brand: to, token, newPassword: next });

    it('is reset by who reads the mail, once, which unlocks the account and ends its sessions', async () => {
      const one = await player();
      for (let guess = 0; guess < 4; guess += 1) await around.login(one.email, `guess ${guess}`);
      expect(codeOf(await around.login(one.email))).toBe('identity.login-locked');
      await requestReset(one.email.toUpperCase());
      const token = await mailbox.token(one.email, 'password-reset');
      expect(codeOf(await reset(token, 'password123'))).toBe('identity.weak-password');
      expect(codeOf(await reset(token, one.email))).toBe('identity.weak-password');
      expect(codeOf(await reset(token, newPassword, 'other'))).toBe('identity.invalid-token');
      expect(codeOf(await reset(token))).toBe('ok');
      expect(codeOf(await reset(token))).toBe('identity.invalid-token');
      expect(codeOf(await authenticate(one.tokens.accessToken))).toBe('auth.invalid-token');
      expect(codeOf(await around.login(one.email, newPassword))).toBe('ok');
    });

    it('has one living token: a second mail stops the first, a change stops both', async () => {
      const one = await player();
      await requestReset(one.email);
      const first = await mailbox.token(one.email, 'password-reset');
      await requestReset(one.email);
      const second = await mailbox.token(one.email, 'password-reset', 2);
      expect(codeOf(await reset(first))).toBe('identity.invalid-token');
      await call(accountCommands.changePassword, {
        ...actOf(one),
        currentPassword: password,
        newPassword,
      });
      expect(codeOf(await reset(second))).toBe('identity.invalid-token');
    });

    it('is asked to be reset with one answer, whether the address has an account or not', async () => {
      const one = await player();
      const known = await requestReset(one.email);
      const strangers = ['nobody@example.com', 'no address', 'x'.repeat(254)];
      for (const email of strangers) expect(await requestReset(email)).toEqual(known);
      await waitFor(async () => (await around.count('password_reset_request')) === 0, { timeoutMs: 15_000 });
      await mailbox.token(one.email, 'password-reset');
      expect(mailbox.mails.filter(({ To }) => strangers.includes(To))).toEqual([]);
    });

    it('takes no token that ran out', async () => {
      const one = await player();
      await requestReset(one.email);
      const token = await mailbox.token(one.email, 'password-reset');
      await around.database.query(
        `UPDATE mail_token SET expires_at = now() - interval '1 s' WHERE player_id = $1`,
        [one.playerId],
      );
      expect(codeOf(await reset(token))).toBe('identity.invalid-token');
    });
  });

  describe('an e-mail address', () => {
    const eligibility = async (playerId: string, action: 'login' | 'bet' | 'deposit' | 'withdraw') =>
      valueOf(await call(identityQueries.checkEligibility, { playerId, brand, action }));
    const verify = (token: string) => call(accountCommands.completeEmailVerification, { brand, token });

    it('need not be proven by players whom an operator registers', async () => {
      const one = await player();
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
      await waitFor(async () => (await around.count('mail', 'attempts > 0')) > 0, { timeoutMs: 15_000 });
      mailbox.status = 200;
      await around.database.query('UPDATE mail SET due_at = now()');
      await mailbox.token(form.email, 'email-verification');
      await waitFor(async () => (await around.count('mail')) === 0, { timeoutMs: 15_000 });
      expect([...mailbox.tokens]).toEqual(['server-token']);
    });
  });

  describe('the second factor', () => {
    const codeAt = (secret: string, shift = 0) =>
      new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + shift * 30_000 });
    const login = (email: string, code?: string) =>
      call(identityCommands.createSession, {
        brand,
        form: { email, password, ...(code !== undefined && { code }) },
      });

    async function enrolled() {
      const one = await player();
      const { secret, uri } = valueOf(await call(accountCommands.enrolTotp, actOf(one)));
      expect(uri).toContain(secret);
      // one step back, so that the present step is still good for a login
      const confirm = { ...actOf(one), code: codeAt(secret, -1) };
      const { recoveryCodes } = valueOf(await call(accountCommands.confirmTotp, confirm));
      return { ...one, secret, recoveryCodes };
    }

    it('does not count before a code confirmed it', async () => {
      const one = await player();
      const { secret } = valueOf(await call(accountCommands.enrolTotp, actOf(one)));
      expect(codeOf(await login(one.email))).toBe('ok');
      const confirm = (code: string) => call(accountCommands.confirmTotp, { ...actOf(one), code });
      expect(codeOf(await confirm('000000'))).toBe('identity.wrong-code');
      const replaced = valueOf(await call(accountCommands.enrolTotp, actOf(one)));
      expect(codeOf(await confirm(codeAt(secret)))).toBe('identity.wrong-code');
      expect(codeOf(await confirm(codeAt(replaced.secret)))).toBe('ok');
      expect(codeOf(await confirm(codeAt(replaced.secret, 1)))).toBe('identity.totp-already-active');
    });

    it('is asked for after the right password alone, and takes each code once', async () => {
      const { email, secret } = await enrolled();
      expect(codeOf(await login(email))).toBe('identity.second-factor-required');
      const wrongPassword = { brand, form: { email, password: 'wrong', code: codeAt(secret) } };
      expect(codeOf(await call(identityCommands.createSession, wrongPassword))).toBe(
        'identity.invalid-login',
      );
      const code = codeAt(secret);
      const outcomes = await Promise.all([login(email, code), login(email, code)]);
      expect(outcomes.map(codeOf).sort()).toEqual(['identity.invalid-login', 'ok']);
      expect(codeOf(await login(email, codeAt(secret, -1)))).toBe('identity.invalid-login');
      expect(codeOf(await login(email, codeAt(secret, 1)))).toBe('ok');
    });

    it('locks after wrong codes as after wrong passwords', async () => {
      const { email, secret } = await enrolled();
      for (let guess = 0; guess < 4; guess += 1) {
        expect(codeOf(await login(email, `00000${guess}`))).toBe('identity.invalid-login');
      }
      expect(codeOf(await login(email, codeAt(secret)))).toBe('identity.login-locked');
    });

    it('is stood in for by each recovery code once', async () => {
      const { email, recoveryCodes } = await enrolled();
      expect(new Set(recoveryCodes).size).toBe(10);
      const [first = '', second = ''] = recoveryCodes;
      expect(codeOf(await login(email, first))).toBe('ok');
      expect(codeOf(await login(email, first))).toBe('identity.invalid-login');
      expect(codeOf(await login(email, second.toUpperCase().replaceAll('-', '')))).toBe('ok');
    });

    it('is taken off with a code of it', async () => {
      const one = await enrolled();
      const remove = (code: string) => call(accountCommands.removeTotp, { ...actOf(one), code });
      expect(codeOf(await remove('123456'))).toBe('identity.wrong-code');
      expect(codeOf(await remove(one.recoveryCodes[0] ?? ''))).toBe('ok');
      expect(codeOf(await login(one.email))).toBe('ok');
      expect(codeOf(await remove('123456'))).toBe('identity.totp-not-enrolled');
      expect(await actions(one.playerId)).toEqual(['totp.removed', 'totp.activated']);
    });
  });

  describe('sessions', () => {
    const list = async (playerId: string) =>
      valueOf(await call(accountQueries.listPlayerSessions, { playerId, brand })).items;

    it('are listed with where they came from, and ended one by one or all; tokens stop at once', async () => {
      const one = await player();
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
      const stranger = await player();
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
