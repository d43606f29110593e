import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  identityQueries,
  kycCommands,
  kycQueries,
  paymentCommands,
  type KycCheckForm,
  type SetHold,
} from '@baize/contracts';
import { loadConfig, type RunningService } from '@baize/runtime';
import { waitFor } from '@baize/testing';
import { codeOf, quietLog, Surroundings, valueOf } from '../../../test/identity-fixture';
import { IdentityConfig } from '../../config';
import { countDeposit } from '../../kyc';
import { startIdentity } from '../../service';
import { findExpiredDocuments } from '../../store/kyc-checks';
import { openFile } from '../../store/kyc-files';

jest.setTimeout(60_000);

const secret = 'webhooks';
const actor = { kind: 'client' as const, id: 'client:operator' };

describe('KYC', () => {
  let around: Surroundings;
  let identity: RunningService;
  let vendor: Server;
  /** What the vendor does: answers, hangs up after it made the applicant, or is away. */
  let mode: 'answers' | 'loses the answer' | 'is away' = 'answers';
  const applicants = new Map<string, string>();
  const holds: SetHold[] = [];

  beforeAll(async () => {
    around = await Surroundings.start();
    vendor = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const answer = (status: number, json: object) => response.writeHead(status).end(JSON.stringify(json));
        const asked = /externalUserId=([^/]+)\/one/.exec(request.url ?? '')?.[1];
        if (mode === 'is away') return answer(503, {});
        if (asked !== undefined) {
          const id = applicants.get(asked);
          return id ? answer(200, { id, review: { reviewStatus: 'pending' } }) : answer(404, {});
        }
        const { externalUserId } = JSON.parse(body) as { externalUserId: string };
        if (applicants.has(externalUserId)) return answer(409, {});
        applicants.set(externalUserId, `applicant-${applicants.size}`);
        if (mode === 'loses the answer') return request.destroy();
        return answer(201, { id: applicants.get(externalUserId) });
      });
    });
    await new Promise<void>((resolve) => vendor.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
    around.broker.subscribe(paymentCommands.setHold.subject, {
      queue: 'wallet',
      callback: (_error, msg) => {
        holds.push(msg.json<SetHold>());
        msg.respond(Buffer.from('{"ok":true,"value":{}}'));
      },
    });
    const vendors = { demo: { sumsub: { baseUrl, appToken: 'token', secretKey: 'key', secret } } };
    const environment = around.environment({ KYC_VENDORS: JSON.stringify(vendors) });
    identity = await startIdentity(loadConfig(IdentityConfig, environment), quietLog());
  });
  afterAll(async () => {
    await identity.stop();
    await around.stop();
    vendor.closeAllConnections();
    await new Promise((resolve) => vendor.close(resolve));
  });
  beforeEach(() => (mode = 'answers'));

  const kycOf = async (playerId: string) =>
    valueOf(await around.client.call(kycQueries.getKyc, { playerId, brand: 'demo' }));
  const order = (playerId: string, kind: KycCheckForm['kind'], key: string = randomUUID()) =>
    around.client.call(kycCommands.orderKycCheck, {
      ...{ playerId, brand: 'demo', kind, actor },
      idempotency: { key, caller: 'client:operator', bodySha256: kind.padEnd(64, '0') },
    });
  const webhook = (
    subject: string,
    answer: 'GREEN' | 'RED' | 'pending',
    options: { at?: Date; by?: string; alg?: string } = {},
  ) => {
    const { at = new Date(), by = secret, alg = 'HMAC_SHA256_HEX' } = options;
    const body = JSON.stringify({
      ...{ applicantId: applicants.get(subject) ?? 'made-by-hand', externalUserId: subject },
      type: answer === 'pending' ? 'applicantPending' : 'applicantReviewed',
      ...(answer !== 'pending' && { reviewStatus: 'completed', reviewResult: { reviewAnswer: answer } }),
      createdAtMs: at.toISOString().replace('T', ' ').replace('Z', ''),
    });
    const hash = alg === 'HMAC_SHA1_HEX' ? 'sha1' : 'sha256';
    const headers = [
      { name: 'X-Payload-Digest-Alg', value: alg },
      { name: 'X-Payload-Digest', value: createHmac(hash, by).update(body).digest('hex') },
    ];
    const bodyBase64 = Buffer.from(body).toString('base64');
    const receivedAt = new Date().toISOString();
    return around.client.call(kycCommands.handleKycCallback, {
      brand: 'demo',
      vendor: 'sumsub',
      headers,
      bodyBase64,
      receivedAt,
    });
  };
  const lastHold = (playerId: string) => holds.filter((hold) => hold.playerId === playerId).at(-1);
  const heldIs = (playerId: string, held: boolean) =>
    waitFor(() => lastHold(playerId)?.held === held, { timeoutMs: 15_000 });
  const eligibility = async (playerId: string, action: 'deposit' | 'launch' | 'withdraw') =>
    valueOf(await around.client.call(identityQueries.checkEligibility, { playerId, brand: 'demo', action }));

  it('tells the wallet too that nothing is due', async () => {
    const { id } = await around.registered();
    await heldIs(id, true);
    await around.database.query(`DELETE FROM kyc_file WHERE player_id = $1`, [id]);
    await openFile(around.database, id);
    await heldIs(id, false);
    expect(lastHold(id)).toMatchObject({ reason: 'nothing-due', version: 1 });
  });

  it('holds withdrawals until the identity is proven, and tells the wallet by version', async () => {
    const { id } = await around.registered();
    expect(await kycOf(id)).toMatchObject({ level: 'none', due: ['identity', 'age'], withdrawalsHeld: true });
    await heldIs(id, true);
    const check = valueOf(await order(id, 'identity'));
    expect(check).toMatchObject({ kind: 'identity', status: 'pending', vendor: 'sumsub' });
    expect(codeOf(await webhook(check.id, 'GREEN'))).toBe('ok');
    await heldIs(id, false);
    expect(await kycOf(id)).toMatchObject({ level: 'basic', due: [], withdrawalsHeld: false });
    const versions = holds.filter((hold) => hold.playerId === id).map(({ version }) => version);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(new Set(versions).size).toBe(2);
    expect((await eligibility(id, 'withdraw')).allowed).toBe(true);
    // the level is everywhere the same
    const player = valueOf(
      await around.client.call(identityQueries.getPlayer, { playerId: id, brand: 'demo' }),
    );
    expect(player.kycLevel).toBe('basic');
    await waitFor(() => around.dataOf('identity.event.kyc-level-changed.v1').length > 0, {
      timeoutMs: 10_000,
    });
  });

  it('orders once per key', async () => {
    const { id } = await around.registered();
    const first = valueOf(await order(id, 'address', `key-${id}`));
    const again = valueOf(await order(id, 'address', `key-${id}`));
    expect(again).toMatchObject({ id: first.id, replayed: true });
    expect(codeOf(await order(id, 'age', `key-${id}`))).toBe('idempotency.key-reused');
    expect(codeOf(await order(randomUUID(), 'age'))).toBe('identity.player-not-found');
    expect(await around.count('kyc_check', `player_id = '${id}'`)).toBe(1);
  });

  it('takes webhooks twice and out of order, and neither forged nor stale ones', async () => {
    const { id } = await around.registered();
    const check = valueOf(await order(id, 'identity'));
    const statusOf = async () => (await kycOf(id)).checks[0]?.status;
    expect(codeOf(await webhook(check.id, 'GREEN', { by: 'somebody else' }))).toBe('auth.invalid-signature');
    expect(codeOf(await webhook(check.id, 'GREEN', { alg: 'HMAC_SHA1_HEX' }))).toBe('auth.invalid-signature');
    const yesterday = new Date(Date.now() - 86_400_000);
    expect(codeOf(await webhook(check.id, 'GREEN', { at: yesterday }))).toBe('identity.stale-callback');
    expect(codeOf(await webhook(randomUUID(), 'GREEN'))).toBe('identity.kyc-check-not-found');
    expect(await statusOf()).toBe('pending');

    const [earlier, at, later] = [-60_000, 0, 60_000].map((ms) => new Date(Date.now() + ms));
    await webhook(check.id, 'RED', { at });
    expect(await statusOf()).toBe('declined');
    await webhook(check.id, 'RED', { at });
    await webhook(check.id, 'GREEN', { at: earlier });
    await webhook(check.id, 'pending', { at: later });
    expect(await statusOf()).toBe('declined');
    await webhook(check.id, 'GREEN', { at: later });
    expect(await statusOf()).toBe('approved');
  });

  it('finds the check of a player whom the vendor knows by the player id alone', async () => {
    const { id } = await around.registered();
    await order(id, 'identity');
    expect(codeOf(await webhook(id, 'GREEN'))).toBe('ok');
    expect((await kycOf(id)).checks[0]?.status).toBe('approved');
  });

  it('finds out by asking what a vendor that did not answer has done', async () => {
    const { id } = await around.registered();
    mode = 'loses the answer';
    const check = valueOf(await order(id, 'identity'));
    expect(check.status).toBe('unknown');
    mode = 'answers';
    await around.database.query('UPDATE kyc_check SET next_attempt_at = now() WHERE id = $1', [check.id]);
    await waitFor(async () => (await kycOf(id)).checks[0]?.status === 'pending', { timeoutMs: 15_000 });
    expect((await kycOf(id)).checks[0]?.reference).toBe(applicants.get(check.id));

    mode = 'is away';
    const other = valueOf(await order(id, 'address'));
    expect(other.status).toBe('unknown');
    await around.database.query(
      `UPDATE kyc_check SET next_attempt_at = now(), deadline_at = now() - interval '1 second' WHERE id = $1`,
      [other.id],
    );
    await waitFor(async () => (await kycOf(id)).checks[0]?.status === 'expired', { timeoutMs: 15_000 });
  });

  it('makes checks due when deposits reach the threshold, once, at the pinned rate', async () => {
    const { id } = await around.registered();
    const check = valueOf(await order(id, 'identity'));
    await webhook(check.id, 'GREEN');
    const deposit = (paymentId: string, amount: number) =>
      around.database.transactions.run((db) =>
        countDeposit(db, {
          ...{ paymentId, playerId: id, brand: 'demo', amount, currency: 'EUR', method: 'card' as const },
          ...{ transactionId: randomUUID(), ordinal: 1, occurredAt: new Date().toISOString() },
        }),
      );
    await deposit(`${id}-1`, 199_999);
    await deposit(`${id}-1`, 199_999);
    expect(await kycOf(id)).toMatchObject({ due: [], withdrawalsHeld: false, triggers: [] });
    await deposit(`${id}-2`, 1);
    const kyc = await kycOf(id);
    expect(kyc).toMatchObject({ due: ['address'], withdrawalsHeld: true });
    expect(kyc.triggers.map(({ trigger, policyVersion }) => [trigger, policyVersion])).toEqual([
      ['deposits-200000-EUR-lifetime', '2026-01'],
      ['deposits-200000-EUR-180d', '2026-01'],
    ]);
    await heldIs(id, true);
  });

  it('takes the level back when the document has expired', async () => {
    const { id } = await around.registered();
    const check = valueOf(await order(id, 'identity'));
    await webhook(check.id, 'GREEN');
    expect((await kycOf(id)).level).toBe('basic');
    const expire = (days: number) =>
      around.database.query(
        `UPDATE kyc_check SET document_expires_on = (now() AT TIME ZONE 'UTC')::date - $2::int WHERE id = $1`,
        [check.id, days],
      );
    await expire(0);
    const expired = await findExpiredDocuments(around.database, 1_000);
    expect(expired.map((row) => row.id)).not.toContain(check.id);
    await expire(1);
    await waitFor(async () => (await kycOf(id)).level === 'none', { timeoutMs: 15_000 });
    expect(await kycOf(id)).toMatchObject({ withdrawalsHeld: true, due: ['identity', 'age'] });
  });

  it('lets nobody in Great Britain play before verification, and Maltese play meanwhile', async () => {
    const british = await around.registered(around.form({ country: 'GB', currency: 'GBP' }));
    expect(await eligibility(british.id, 'launch')).toMatchObject({
      allowed: false,
      reasons: ['identity.kyc-required'],
    });
    expect((await eligibility(british.id, 'withdraw')).allowed).toBe(true);
    for (const kind of ['identity', 'address'] as const) {
      await webhook(valueOf(await order(british.id, kind)).id, 'GREEN');
    }
    expect((await eligibility(british.id, 'launch')).allowed).toBe(true);
    const maltese = await around.registered();
    expect((await eligibility(maltese.id, 'deposit')).allowed).toBe(true);
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
    expect((await kycOf(id)).due).toEqual(['identity', 'age']);
    await set('high');
    expect((await kycOf(id)).due).toContain('source-of-funds');
    expect(await around.count('audit_entry', `subject = '${id}' AND action = 'risk-band.set'`)).toBe(2);
  });
});
