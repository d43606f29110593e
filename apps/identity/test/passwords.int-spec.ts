import { accountCommands, identityQueries } from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { AccountsUnderTest, actOf, brand, password } from './accounts-under-test';
import { codeOf, type Surroundings } from './identity-fixture';
import type { Mailbox } from './mailbox';

const newPassword = 'another horse altogether';

describe('a password', () => {
  let accounts: AccountsUnderTest;
  let around: Surroundings;
  let mailbox: Mailbox;

  beforeAll(async () => {
    accounts = await AccountsUnderTest.start({ LOGIN_MAX_FAILURES: '4', LOGIN_FIRST_LOCK_SECONDS: '60' });
    ({ around, mailbox } = accounts);
  });
  afterAll(() => accounts.stop());

  const call: Surroundings['client']['call'] = (...args) => accounts.call(...args);
  const authenticate = (accessToken: string) => call(identityQueries.authenticateSession, { accessToken });
  const actions = async (playerId: string) => (await accounts.audited(playerId)).map(({ action }) => action);

  it('is changed by who knows it, ends every session, and is told of by mail', async () => {
    const one = await accounts.loggedIn();
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
    await waitFor(() => mailbox.mailsTo(one.email, 'password-changed').length === 1);
    expect(await actions(one.playerId)).toEqual(['password.changed']);
  });

  it('is not found out by changing it more often than by logging in', async () => {
    const one = await accounts.loggedIn();
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
    const one = await accounts.loggedIn();
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
    const one = await accounts.loggedIn();
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
    const one = await accounts.loggedIn();
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
    const one = await accounts.loggedIn();
    const known = await requestReset(one.email);
    const strangers = ['nobody@example.com', 'no address', 'x'.repeat(254)];
    for (const email of strangers) expect(await requestReset(email)).toEqual(known);
    await waitFor(async () => (await around.count('password_reset_request')) === 0);
    await mailbox.token(one.email, 'password-reset');
    expect(mailbox.mails.filter(({ To }) => strangers.includes(To))).toEqual([]);
  });

  it('takes no token that ran out', async () => {
    const one = await accounts.loggedIn();
    await requestReset(one.email);
    const token = await mailbox.token(one.email, 'password-reset');
    await around.database.query(
      `UPDATE mail_token SET expires_at = now() - interval '1 s' WHERE player_id = $1`,
      [one.playerId],
    );
    expect(codeOf(await reset(token))).toBe('identity.invalid-token');
  });
});
