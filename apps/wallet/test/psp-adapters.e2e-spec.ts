import { randomUUID } from 'node:crypto';
import { waitFor } from '@baize/testing';
import { NoAnswer } from '../src/adapters/psp-http';
import type { PspNotification, StartDeposit, StartWithdrawal } from '../src/domain/psp';
import { pspNames, SandboxPsps } from './support/sandbox-psps';
import type { PspName } from './support/psp-webhooks';

let psps: SandboxPsps;
beforeAll(async () => {
  psps = await SandboxPsps.start();
});
afterAll(() => psps.stop());
beforeEach(() => psps.plan({}));

const soon = (ms = 10_000): number => Date.now() + ms;
const methods = { stripe: 'card', adyen: 'card', trustly: 'bank' } as const;

function deposit(psp: PspName, more: Partial<StartDeposit> = {}): StartDeposit {
  return {
    paymentId: randomUUID(),
    method: methods[psp],
    amount: 2_050n,
    currency: 'EUR',
    playerRef: 'player-1',
    returnUrl: 'https://casino.example/back',
    ...more,
  };
}

const destinations = {
  stripe: { reference: 'pm_0123456789' },
  adyen: { reference: 'ABCDEFGH12345678' },
  trustly: { iban: 'DE89370400440532013000' },
} as const;
function withdrawal(psp: PspName, more: Partial<StartWithdrawal> = {}): StartWithdrawal {
  const { returnUrl: _, ...common } = deposit(psp);
  return { ...common, destination: destinations[psp], ...more };
}

async function pageOf(
  psp: PspName,
  start: StartDeposit,
): Promise<{ redirectUrl: string; pspReference: string }> {
  const answer = await psps.adapters[psp].startDeposit(start, soon());
  if (answer.status !== 'accepted' || answer.redirectUrl === undefined)
    throw new Error(JSON.stringify(answer));
  return { redirectUrl: answer.redirectUrl, pspReference: answer.pspReference };
}

function heardAs(paymentId: string, status: PspNotification['status']): Promise<PspNotification> {
  return waitFor(() => psps.of(paymentId).find((one) => one.status === status), {
    what: `a webhook that says ${status}`,
  });
}

const queryOf = ({ paymentId, amount, currency }: StartDeposit | StartWithdrawal) => ({
  paymentId,
  amount,
  currency,
  startedAtMs: Date.now() - 60_000,
});

describe.each(pspNames)('%s', (psp) => {
  it('takes a deposit whose payer approves it on the hosted page', async () => {
    const start = deposit(psp);
    const { redirectUrl, pspReference } = await pageOf(psp, start);
    const page = await (await fetch(redirectUrl)).text();
    for (const action of ['approve', 'decline', 'timeout'])
      expect(page).toContain(`name="action" value="${action}"`);
    expect(page).toContain('20.50 EUR');
    expect(await psps.decide(redirectUrl, 'approve')).toContain('approved');
    const confirmed = await heardAs(start.paymentId, 'confirmed');
    expect(confirmed).toMatchObject({ kind: 'deposit', amount: 2_050n, currency: 'EUR' });
    const asked = await psps.adapters[psp].query(
      { ...queryOf(start), kind: 'deposit', pspReference },
      soon(),
    );
    expect(asked).toMatchObject({ found: true, status: 'confirmed', amount: 2_050n, currency: 'EUR' });
  });

  it('hears that the payer was declined', async () => {
    const start = deposit(psp);
    const { redirectUrl } = await pageOf(psp, start);
    await psps.decide(redirectUrl, 'decline');
    expect(await heardAs(start.paymentId, 'failed')).toMatchObject({ kind: 'deposit', amount: 2_050n });
  });

  it('says of an open deposit that it is pending', async () => {
    const start = deposit(psp);
    const { pspReference } = await pageOf(psp, start);
    const asked = await psps.adapters[psp].query(
      { ...queryOf(start), kind: 'deposit', pspReference },
      soon(),
    );
    expect(asked).toMatchObject({ found: true, status: 'pending', amount: 2_050n });
  });

  it('starts the same deposit twice without a second payment', async () => {
    const start = deposit(psp);
    const first = await pageOf(psp, start);
    const second = await pageOf(psp, start);
    // Trustly has no idempotency: the page that got lost is left alone, and nobody can pay there
    if (psp === 'trustly') expect(second.pspReference).not.toBe(first.pspReference);
    else expect(second).toEqual(first);
    await psps.decide(second.redirectUrl, 'approve');
    await heardAs(start.paymentId, 'confirmed');
  });

  it('pays out, and asks about it by the PSP’s and by our reference', async () => {
    const start = withdrawal(psp);
    const answer = await psps.adapters[psp].startWithdrawal(start, soon());
    expect(answer.status).toBe('accepted');
    const pspReference = answer.status === 'accepted' ? answer.pspReference : '';
    expect(await heardAs(start.paymentId, 'confirmed')).toMatchObject({
      kind: 'withdrawal',
      amount: 2_050n,
      pspReference,
    });
    for (const reference of [{ pspReference }, {}]) {
      const query = { ...queryOf(start), kind: 'withdrawal' as const, ...reference };
      const asked = await psps.adapters[psp].query(query, soon());
      expect(asked).toMatchObject({ found: true, status: 'confirmed', pspReference, amount: 2_050n });
    }
  });

  it('starts the same payout twice and pays once', async () => {
    const start = withdrawal(psp);
    const [first, second] = await Promise.all([
      psps.adapters[psp].startWithdrawal(start, soon()),
      psps.adapters[psp].startWithdrawal(start, soon()),
    ]);
    expect(second).toEqual(first);
    await heardAs(start.paymentId, 'confirmed');
    const books = (await (await fetch(`${psps.url}/psps/books`)).json()) as {
      items: { reference: string }[];
    };
    expect(books.items.filter(({ reference }) => reference === start.paymentId)).toHaveLength(1);
  });

  it('hears that a payout failed on its way', async () => {
    const start = withdrawal(psp, { amount: 9_913n });
    await psps.adapters[psp].startWithdrawal(start, soon());
    expect(await heardAs(start.paymentId, 'failed')).toMatchObject({ kind: 'withdrawal', amount: 9_913n });
  });

  it('tells a refusal from no answer', async () => {
    const { adapters } = psps;
    const refused = { status: 'refused', code: expect.any(String) };
    expect(await adapters[psp].startDeposit(deposit(psp, { amount: 9_966n }), soon())).toMatchObject(refused);
    expect(await adapters[psp].startWithdrawal(withdrawal(psp, { amount: 9_966n }), soon())).toMatchObject(
      refused,
    );
    const foreign = { destination: { reference: 'nobody' } };
    expect(await adapters[psp].startWithdrawal(withdrawal(psp, foreign), soon())).toMatchObject(refused);
    await expect(adapters[psp].startDeposit(deposit(psp, { amount: 9_977n }), soon())).rejects.toThrow(
      NoAnswer,
    );
  });

  it('finds a payout whose answer was lost', async () => {
    const start = withdrawal(psp, { amount: 9_977n });
    const answer = psps.adapters[psp].startWithdrawal(start, soon());
    // Trustly's second attempt says that the first was taken, and its ledger knows the order
    if (psp === 'trustly') expect((await answer).status).toBe('accepted');
    else await expect(answer).rejects.toThrow(NoAnswer);
    const asked = await psps.adapters[psp].query({ ...queryOf(start), kind: 'withdrawal' }, soon());
    expect(asked).toMatchObject({ found: true, amount: 9_977n });
  });

  it('says of a payment that never reached the PSP that it is not there', async () => {
    for (const kind of ['deposit', 'withdrawal'] as const) {
      const asked = await psps.adapters[psp].query({ ...queryOf(deposit(psp)), kind }, soon());
      expect(asked).toEqual({ found: false });
    }
  });

  it('keeps to its deadline', async () => {
    const startedAt = Date.now();
    await expect(psps.adapters[psp].startDeposit(deposit(psp), Date.now() + 10)).rejects.toThrow(NoAnswer);
    expect(Date.now() - startedAt).toBeLessThan(5_000);
  });

  it('takes a chargeback for a reversal', async () => {
    const start = deposit(psp);
    const { redirectUrl } = await pageOf(psp, start);
    await psps.decide(redirectUrl, 'approve');
    const { pspReference } = await heardAs(start.paymentId, 'confirmed');
    const path = `${psps.url}/psps/${psp}/payments/${pspReference ?? ''}/reversals`;
    expect((await fetch(path, { method: 'POST' })).status).toBe(201);
    const reversed = await waitFor(
      () => psps.heard.find((one) => one.pspReference === pspReference && one.status === 'reversed'),
      { what: 'the reversal' },
    );
    expect(reversed).toMatchObject({ kind: 'deposit', amount: 2_050n });
  });

  it('hears the webhook of a payment before its start is answered', async () => {
    await psps.plan({ 'early-webhook': 1 });
    const start = deposit(psp);
    await psps.adapters[psp].startDeposit(start, soon());
    expect(psps.of(start.paymentId).map(({ status }) => status)).toEqual(['pending', 'confirmed']);
  });

  it('lets no forged, doubled or reordered webhook say anything else', async () => {
    await psps.plan({ 'bad-signature': 1, duplicates: 1, reorder: 1, late: 1 });
    psps.outcomes.length = 0;
    const start = deposit(psp);
    const { redirectUrl } = await pageOf(psp, start);
    await psps.decide(redirectUrl, 'approve');
    await waitFor(() => psps.of(start.paymentId).length >= 6, { what: 'all repetitions' });
    expect(psps.outcomes).toContain(`${psp} unauthenticated`);
    const facts = psps.of(start.paymentId);
    expect(facts[0]?.status).toBe('confirmed');
    expect(new Set(facts.map(({ notificationId }) => notificationId)).size).toBe(2);
    const tally = (await (await fetch(`${psps.url}/psps/webhooks`)).json()) as Record<
      string,
      { forgedHeard: number; heard: number }
    >;
    expect(tally[psp]).toMatchObject({ forgedHeard: 0 });
  });
});

it.each<[PspName, string, bigint, string]>([
  ['stripe', 'JPY', 1_500n, '1500 JPY'],
  ['stripe', 'ISK', 1_500n, '1500 ISK'],
  ['stripe', 'KWD', 1_510n, '1.510 KWD'],
  ['adyen', 'JPY', 1_500n, '1500 JPY'],
  ['adyen', 'CLP', 1_500n, '1500 CLP'],
  ['adyen', 'IDR', 150_000n, '1500.00 IDR'],
  ['trustly', 'SEK', 10_050n, '100.50 SEK'],
])('%s moves %s in its own units', async (psp, currency, amount, shown) => {
  const start = deposit(psp, { currency, amount });
  const { redirectUrl } = await pageOf(psp, start);
  expect(await (await fetch(redirectUrl)).text()).toContain(shown);
  await psps.decide(redirectUrl, 'approve');
  expect(await heardAs(start.paymentId, 'confirmed')).toMatchObject({ amount, currency });
});

it.each<[PspName, string, bigint]>([
  ['stripe', 'KWD', 1_511n],
  ['stripe', 'MGA', 1_501n],
  ['adyen', 'IDR', 150_001n],
])('%s refuses an amount of %s that it has no unit for', async (psp, currency, amount) => {
  const answer = await psps.adapters[psp].startDeposit(deposit(psp, { currency, amount }), soon());
  expect(answer).toMatchObject({ status: 'refused' });
});

it('charges a stored card at once, or after its bank’s page', async () => {
  const start = deposit('stripe', { instrument: 'pm_0123456789' });
  const { redirectUrl } = await pageOf('stripe', start);
  await psps.decide(redirectUrl, 'approve');
  const confirmed = await heardAs(start.paymentId, 'confirmed');
  expect(confirmed.instrument).toEqual({ reference: 'pm_0123456789', masked: 'card ****' });
});
