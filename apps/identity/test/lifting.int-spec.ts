import { exclusionCommands, type Actor } from '@baize/contracts';
import { AccountsUnderTest, actOf, brand } from './accounts-under-test';
import { codeOf, type Surroundings, valueOf } from './identity-fixture';
import type { Form } from './registration-form';

const officer = (id: string): Actor => ({ kind: 'staff', id });

describe('the end of a restriction', () => {
  let accounts: AccountsUnderTest;

  beforeAll(async () => {
    accounts = await AccountsUnderTest.start();
  });
  afterAll(() => accounts.stop());

  const call: Surroundings['client']['call'] = (...args) => accounts.call(...args);
  const request = (exclusionId: string, actor: Actor) =>
    call(exclusionCommands.requestLift, { exclusionId, brand, form: { reason: 'r' }, actor });
  const approve = (exclusionId: string, actor: Actor) =>
    call(exclusionCommands.approveLift, { exclusionId, brand, actor });

  async function blocked(changes: Partial<Form> = {}): Promise<{ id: string; playerId: string }> {
    const one = await accounts.player(changes);
    const made = await call(exclusionCommands.createExclusion, {
      ...{
        ...actOf(one),
        actor: officer('a'),
        form: { kind: 'operator-block', duration: null, reason: 'r' },
      },
      idempotency: { key: one.playerId, caller: 'staff:a', bodySha256: ''.padEnd(64, '0') },
    });
    return { id: valueOf(made).id, playerId: one.playerId };
  }
  const isBlocked = async (playerId: string) =>
    (await accounts.around.count('restriction', `player_id = '${playerId}' AND ended_at IS NULL`)) === 1;

  it('takes two people of the operator, of whom one may have asked', async () => {
    const { id, playerId } = await blocked();
    expect(await request(id, officer('a'))).toMatchObject({ value: { approvals: 1 } });
    for (const _time of [1, 2])
      expect(codeOf(await approve(id, officer('a')))).toBe('identity.same-approver');
    expect(await request(id, officer('a'))).toMatchObject({ value: { approvals: 1 } });
    expect(await isBlocked(playerId)).toBe(true);
    expect(await approve(id, officer('b'))).toMatchObject({ value: { status: 'lifted' } });
    expect(await isBlocked(playerId)).toBe(false);
    expect((await accounts.audited(playerId)).map(({ action, actor }) => [action, actor.id])).toEqual([
      ['exclusion.lifted', 'b'],
      ...[1, 2].map(() => ['exclusion.lift-requested', 'a']),
      ['exclusion.created', 'a'],
    ]);
  });

  it('is needed at every brand, for who comes back with the number or the mailbox alone', async () => {
    const { around } = accounts;
    const known = { phone: '+35699001122', email: 'blocked.person@gmail.com' };
    await blocked(known);
    const back = (changes: Partial<Form>) => around.register(around.form(changes), { brand: 'other' });
    expect(codeOf(await back({ phone: '99 00 11 22' }))).toBe('identity.person-excluded');
    expect(codeOf(await back({ email: 'blockedperson+2@gmail.com' }))).toBe('identity.person-excluded');
    expect(codeOf(await back({ phone: '99 00 11 23' }))).toBe('ok');
  });

  it('is asked for by nobody but the player and the operator; before that nobody agrees', async () => {
    const { id } = await blocked();
    const stranger = await accounts.player();
    expect(codeOf(await request(id, stranger.actor))).toBe('identity.exclusion-not-found');
    expect(codeOf(await approve(id, officer('b')))).toBe('identity.exclusion-not-liftable');
  });
});
