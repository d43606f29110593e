import { randomUUID } from 'node:crypto';
import { exclusionCommands } from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { everythingButWithdrawals, GermanMarket } from './german-market';
import { codeOf, valueOf } from './identity-fixture';

const brand = 'demo';

describe('entries of national registers', () => {
  let market: GermanMarket;
  let around: GermanMarket['around'];
  let registers: GermanMarket['registers'];

  beforeAll(async () => {
    market = await GermanMarket.open();
    ({ around, registers } = market);
  }, 120_000);
  afterAll(() => market.close());

  const exclude = (playerId: string) =>
    around.client.call(exclusionCommands.createExclusion, {
      ...{ playerId, brand, form: { kind: 'self-exclusion', duration: 'P6M', reason: 'r' } },
      actor: { kind: 'player', id: playerId },
      idempotency: { key: randomUUID(), caller: 'client:operator', bodySha256: '0'.repeat(64) },
    });

  describe('an entry', () => {
    it('restricts whom the account was linked to', async () => {
      const { form, id } = await market.player();
      const other = await market.player(around.form({ country: 'MT' }));
      const linked = { playerId: other.id, otherPlayerId: id, brand, reason: 'r' };
      valueOf(
        await around.client.call(exclusionCommands.linkPlayers, {
          ...linked,
          actor: { kind: 'client', id: 'a' },
        }),
      );
      await registers.put('OASIS', form, 'excluded');
      expect(await market.login(form)).toBe('identity.action-not-allowed');
      expect(await market.refused(other.id)).toEqual(everythingButWithdrawals);
    });

    it('is one restriction, of two logins at once too', async () => {
      const { form, id } = await market.player();
      await registers.put('OASIS', form, 'excluded');
      const both = await Promise.all([market.login(form), market.login(form)]);
      expect(both).toEqual(['identity.action-not-allowed', 'identity.action-not-allowed']);
      expect(await market.exclusions(id)).toHaveLength(1);
    });
  });

  describe('the end of an entry', () => {
    const excluded = async () => {
      const one = await market.player();
      await registers.put('OASIS', one.form, 'excluded');
      expect(await market.login(one.form)).toBe('identity.action-not-allowed');
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
      await market.makeDue(id);
      await waitFor(async () => (await market.refused(id)).length === 0);
      expect(await market.login(form)).toBe('ok');
      expect((await market.exclusions(id))[0]?.endedAt).not.toBeNull();
    });

    it('leaves the player’s own self-exclusion where it is', async () => {
      const { form, id } = await market.player();
      expect((await exclude(id)).ok).toBe(true);
      await registers.put('OASIS', form, 'excluded');
      await market.login(form);
      await registers.put('OASIS', form, 'removed');
      expect(await market.login(form)).toBe('identity.action-not-allowed');
      expect(await market.reasons(id, 'bet')).toEqual(['identity.self-exclusion']);
    });

    it('needs two people and a cooling-off when the register only knows nobody any more', async () => {
      const { form, id } = await excluded();
      const [entry] = await market.exclusions(id);
      expect(codeOf(await lift(entry!.id))).toBe('identity.exclusion-not-liftable');
      await registers.put('OASIS', form, 'unknown');
      expect(await market.login(form)).toBe('identity.action-not-allowed');
      expect(valueOf(await lift(entry!.id)).status).toBe('awaiting-approval');
      expect(await approve(entry!.id, 'b')).toBe('identity.cooling-off');
      await around.database.query(
        `UPDATE lift_request SET earliest_at = clock_timestamp() WHERE restriction_id = $1`,
        [entry!.id],
      );
      await registers.put('OASIS', form, 'excluded');
      await market.login(form);
      expect(await approve(entry!.id, 'b')).toBe('identity.exclusion-not-liftable');
      await registers.put('OASIS', form, 'unknown');
      await market.login(form);
      expect(await approve(entry!.id, 'a')).toBe('identity.same-approver');
      expect(await approve(entry!.id, 'b')).toBe('ok');
      expect(await market.login(form)).toBe('ok');
    });

    it('of one account is not the word of another', async () => {
      const form = market.german();
      const other = await market.player(form, 'other');
      const { id } = await market.player({ ...form, email: `second.${form.email}` });
      await registers.put('OASIS', form, 'excluded', { email: form.email });
      expect(await market.login(form, 'other')).toBe('identity.action-not-allowed');
      expect(await market.refused(id)).toEqual(everythingButWithdrawals);
      await registers.put('OASIS', form, 'removed', { email: `second.${form.email}` });
      expect(await market.login({ ...form, email: `second.${form.email}` })).toBe(
        'identity.action-not-allowed',
      );
      expect(await market.refused(other.id, 'other')).toEqual(everythingButWithdrawals);
    });
  });
});
