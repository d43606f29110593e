import { randomUUID } from 'node:crypto';
import { identityQueries, kycCommands } from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { codeOf, type Surroundings, valueOf } from '../../../test/identity-fixture';
import { KycUnderTest } from '../../../test/kyc-under-test';
import { findExpiredDocuments } from '../../store/kyc-checks';
import { openFile } from '../../store/kyc-files';

const actor = { kind: 'client' as const, id: 'client:operator' };

describe('KYC', () => {
  let kyc: KycUnderTest;
  let around: Surroundings;

  beforeAll(async () => {
    kyc = await KycUnderTest.start();
    ({ around } = kyc);
  });
  afterAll(() => kyc.stop());
  beforeEach(() => (kyc.mode = 'answers'));

  it('tells the wallet too that nothing is due', async () => {
    const { id } = await around.registered();
    await kyc.heldIs(id, true);
    await around.database.query(`DELETE FROM kyc_file WHERE player_id = $1`, [id]);
    await openFile(around.database, id);
    await kyc.heldIs(id, false);
    expect(kyc.lastHold(id)).toMatchObject({ reason: 'nothing-due', version: 1 });
  });

  it('holds withdrawals until the identity is proven, and tells the wallet by version', async () => {
    const { id } = await around.registered();
    expect(await kyc.of(id)).toMatchObject({
      level: 'none',
      due: ['identity', 'age'],
      withdrawalsHeld: true,
    });
    await kyc.heldIs(id, true);
    const check = valueOf(await kyc.order(id, 'identity'));
    expect(check).toMatchObject({ kind: 'identity', status: 'pending', vendor: 'sumsub' });
    expect(codeOf(await kyc.webhook(check.id, 'GREEN'))).toBe('ok');
    await kyc.heldIs(id, false);
    expect(await kyc.of(id)).toMatchObject({ level: 'basic', due: [], withdrawalsHeld: false });
    const versions = kyc.holds.filter((hold) => hold.playerId === id).map(({ version }) => version);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(new Set(versions).size).toBe(2);
    expect((await kyc.eligibility(id, 'withdraw')).allowed).toBe(true);
    // the level is everywhere the same
    const player = valueOf(
      await around.client.call(identityQueries.getPlayer, { playerId: id, brand: 'demo' }),
    );
    expect(player.kycLevel).toBe('basic');
    await waitFor(() => around.dataOf('identity.event.kyc-level-changed.v1').length > 0);
  });

  it('orders once per key', async () => {
    const { id } = await around.registered();
    const first = valueOf(await kyc.order(id, 'address', `key-${id}`));
    const again = valueOf(await kyc.order(id, 'address', `key-${id}`));
    expect(again).toMatchObject({ id: first.id, replayed: true });
    expect(codeOf(await kyc.order(id, 'age', `key-${id}`))).toBe('idempotency.key-reused');
    expect(codeOf(await kyc.order(randomUUID(), 'age'))).toBe('identity.player-not-found');
    expect(await around.count('kyc_check', `player_id = '${id}'`)).toBe(1);
  });

  it('takes webhooks twice and out of order, and neither forged nor stale ones', async () => {
    const { id } = await around.registered();
    const check = valueOf(await kyc.order(id, 'identity'));
    const statusOf = async () => (await kyc.of(id)).checks[0]?.status;
    expect(codeOf(await kyc.webhook(check.id, 'GREEN', { by: 'somebody else' }))).toBe(
      'auth.invalid-signature',
    );
    expect(codeOf(await kyc.webhook(check.id, 'GREEN', { alg: 'HMAC_SHA1_HEX' }))).toBe(
      'auth.invalid-signature',
    );
    const yesterday = new Date(Date.now() - 86_400_000);
    expect(codeOf(await kyc.webhook(check.id, 'GREEN', { at: yesterday }))).toBe('identity.stale-callback');
    expect(codeOf(await kyc.webhook(randomUUID(), 'GREEN'))).toBe('identity.kyc-check-not-found');
    expect(await statusOf()).toBe('pending');

    const [earlier, at, later] = [-60_000, 0, 60_000].map((ms) => new Date(Date.now() + ms));
    await kyc.webhook(check.id, 'RED', { at });
    expect(await statusOf()).toBe('declined');
    await kyc.webhook(check.id, 'RED', { at });
    await kyc.webhook(check.id, 'GREEN', { at: earlier });
    await kyc.webhook(check.id, 'pending', { at: later });
    expect(await statusOf()).toBe('declined');
    await kyc.webhook(check.id, 'GREEN', { at: later });
    expect(await statusOf()).toBe('approved');
  });

  it('finds the check of a player whom the vendor knows by the player id alone', async () => {
    const { id } = await around.registered();
    await kyc.order(id, 'identity');
    expect(codeOf(await kyc.webhook(id, 'GREEN'))).toBe('ok');
    expect((await kyc.of(id)).checks[0]?.status).toBe('approved');
  });

  it('finds out by asking what a vendor that did not answer has done', async () => {
    const { id } = await around.registered();
    kyc.mode = 'loses the answer';
    const check = valueOf(await kyc.order(id, 'identity'));
    expect(check.status).toBe('unknown');
    kyc.mode = 'answers';
    await around.database.query('UPDATE kyc_check SET next_attempt_at = now() WHERE id = $1', [check.id]);
    await waitFor(async () => (await kyc.of(id)).checks[0]?.status === 'pending');
    expect((await kyc.of(id)).checks[0]?.reference).toBe(kyc.applicants.get(check.id));

    kyc.mode = 'is away';
    const other = valueOf(await kyc.order(id, 'address'));
    expect(other.status).toBe('unknown');
    await around.database.query(
      `UPDATE kyc_check SET next_attempt_at = now(), deadline_at = now() - interval '1 second' WHERE id = $1`,
      [other.id],
    );
    await waitFor(async () => (await kyc.of(id)).checks[0]?.status === 'expired');
  });

  it('takes the level back when the document has expired', async () => {
    const { id } = await around.registered();
    const check = valueOf(await kyc.order(id, 'identity'));
    await kyc.webhook(check.id, 'GREEN');
    expect((await kyc.of(id)).level).toBe('basic');
    const expire = (days: number) =>
      around.database.query(
        `UPDATE kyc_check SET document_expires_on = (now() AT TIME ZONE 'UTC')::date - $2::int WHERE id = $1`,
        [check.id, days],
      );
    await expire(0);
    const expired = await findExpiredDocuments(around.database, 1_000);
    expect(expired.map((row) => row.id)).not.toContain(check.id);
    await expire(1);
    await waitFor(async () => (await kyc.of(id)).level === 'none');
    expect(await kyc.of(id)).toMatchObject({ withdrawalsHeld: true, due: ['identity', 'age'] });
  });

  it('lets nobody in Great Britain play before verification, and Maltese play meanwhile', async () => {
    const british = await around.registered(around.form({ country: 'GB', currency: 'GBP' }));
    expect(await kyc.eligibility(british.id, 'launch')).toMatchObject({
      allowed: false,
      reasons: ['identity.kyc-required'],
    });
    expect((await kyc.eligibility(british.id, 'withdraw')).allowed).toBe(true);
    for (const kind of ['identity', 'address'] as const) {
      await kyc.webhook(valueOf(await kyc.order(british.id, kind)).id, 'GREEN');
    }
    expect((await kyc.eligibility(british.id, 'launch')).allowed).toBe(true);
    const maltese = await around.registered();
    expect((await kyc.eligibility(maltese.id, 'deposit')).allowed).toBe(true);
  });

  it('asks for the source of funds in the high band', async () => {
    const { id } = await around.registered();
    const set = (band: 'medium' | 'high') =>
      around.client.call(kycCommands.setRiskBand, {
        playerId: id,
        brand: 'demo',
        band,
        reason: 'seen',
        actor,
      });
    await set('medium');
    expect((await kyc.of(id)).due).toEqual(['identity', 'age']);
    await set('high');
    expect((await kyc.of(id)).due).toContain('source-of-funds');
    expect(await around.count('audit_entry', `subject = '${id}' AND action = 'risk-band.set'`)).toBe(2);
  });
});
