import { accountCommands, identityCommands } from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { Secret, TOTP } from 'otpauth';
import { AccountsUnderTest, actOf, brand, password } from './accounts-under-test';
import { codeOf, type Surroundings, valueOf } from './identity-fixture';

describe('the second factor', () => {
  let accounts: AccountsUnderTest;

  beforeAll(async () => {
    accounts = await AccountsUnderTest.start({ LOGIN_MAX_FAILURES: '4', LOGIN_FIRST_LOCK_SECONDS: '60' });
  });
  afterAll(() => accounts.stop());

  const call: Surroundings['client']['call'] = (...args) => accounts.call(...args);
  const actions = async (playerId: string) => (await accounts.audited(playerId)).map(({ action }) => action);

  const codeAt = (secret: string, shift = 0) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + shift * 30_000 });
  const login = (email: string, code?: string) =>
    call(identityCommands.createSession, {
      brand,
      form: { email, password, ...(code !== undefined && { code }) },
    });

  async function enrolled() {
    const one = await accounts.loggedIn();
    const { secret, uri } = valueOf(await call(accountCommands.enrolTotp, actOf(one)));
    expect(uri).toContain(secret);
    // one step back, so that the present step is still good for a login; and not just before the present one ends
    await waitFor(() => Date.now() % 30_000 < 25_000);
    const confirm = { ...actOf(one), code: codeAt(secret, -1) };
    const { recoveryCodes } = valueOf(await call(accountCommands.confirmTotp, confirm));
    return { ...one, secret, recoveryCodes };
  }

  it('does not count before a code confirmed it', async () => {
    const one = await accounts.loggedIn();
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
    expect(codeOf(await call(identityCommands.createSession, wrongPassword))).toBe('identity.invalid-login');
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
