import { randomUUID } from 'node:crypto';
import { identityCommands, identityQueries, playerActions } from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { RegistersUnderTest } from './registers-under-test';
import { registrationForm } from './registration-form';
import { ServiceStack } from './service-stack';

const brand = 'demo';

describe('an entry of a national register, a process per service', () => {
  let stack: ServiceStack;
  let registers: RegistersUnderTest;

  beforeAll(async () => {
    [stack, registers] = await Promise.all([ServiceStack.start(), RegistersUnderTest.start()]);
    const identity = stack.run('identity', { NATIONAL_REGISTERS: registers.configuration('OASIS') });
    await Promise.all([identity, stack.run('wallet')]);
    await stack.open();
  }, 150_000);
  afterAll(async () => {
    await stack.stop();
    await registers.stop();
  });

  test('found at a login ends play at the wallet, and leaves wins and withdrawals', async () => {
    const form = registrationForm({ country: 'DE' });
    const playerId = await stack.player(1_000, form);
    const elsewhere = await stack.register({ ...form, email: `other.${form.email}` }, 'other');
    const otherId = elsewhere.ok ? elsewhere.value.id : '';
    const round = randomUUID();
    expect(await stack.post(playerId, [{ kind: 'bet', id: randomUUID(), amount: 10 }], round)).toBe('ok');
    expect(await stack.bet(otherId, 1, randomUUID(), 'other')).toBe('wallet.insufficient-funds');

    await registers.put('OASIS', form, 'excluded');
    const { email, password } = form;
    const login = await stack.client.call(identityCommands.createSession, {
      brand,
      form: { email, password },
    });
    expect(login).toMatchObject({ ok: false, error: { code: 'identity.action-not-allowed' } });

    const refused = 'wallet.player-restricted';
    await waitFor(async () => (await stack.bet(playerId)) === refused);
    expect(await stack.bet(otherId, 1, randomUUID(), 'other')).toBe(refused);
    expect(await stack.post(playerId, [{ kind: 'win', id: randomUUID(), amount: 50 }], round)).toBe('ok');
    const answers = await Promise.all(
      playerActions.map((action) =>
        stack.client.call(identityQueries.checkEligibility, { playerId, brand, action }),
      ),
    );
    const allowed = playerActions.filter((_, i) => {
      const answer = answers[i];
      return answer?.ok && answer.value.allowed;
    });
    expect(allowed).toEqual(['withdraw']);
  });
});
