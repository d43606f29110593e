import {
  adyenTransferWebhook,
  adyenWebhook,
  nowMs,
  settingsOf,
  stripeWebhook,
  webhook,
} from '../../test/support/psp-webhooks';
import type { PspWebhook } from '../domain/psp';
import { adyen } from './adyen/adyen';
import { stripe } from './stripe/stripe';
import { trustly } from './trustly/trustly';

const connections = {
  stripe: stripe.connect(settingsOf('stripe')),
  adyen: adyen.connect(settingsOf('adyen')),
  trustly: trustly.connect(settingsOf('trustly')),
};
const read = (psp: keyof typeof connections, heard: PspWebhook) => connections[psp].readWebhook(heard);
const facts = (psp: keyof typeof connections, heard: PspWebhook) => {
  const reading = read(psp, heard);
  return reading.status === 'ok' ? reading.notifications : [];
};

const intent = (more: object = {}) => ({
  id: 'pi_1',
  object: 'payment_intent',
  amount: 1050,
  currency: 'eur',
  metadata: { paymentId: 'pay-1' },
  ...more,
});

describe('stripe', () => {
  it('confirms what was received, with the card that paid', () => {
    const paid = intent({ amount_received: 1050, payment_method: 'pm_1' });
    expect(facts('stripe', stripeWebhook('payment_intent.succeeded', paid))).toEqual([
      {
        kind: 'deposit',
        status: 'confirmed',
        amount: 1050n,
        currency: 'EUR',
        pspReference: 'pi_1',
        paymentId: 'pay-1',
        notificationId: 'evt_1',
        occurredAt: '2026-01-02T03:04:05.000Z',
        instrument: { reference: 'pm_1', masked: 'card ****' },
      },
    ]);
  });

  it('tells a part that was received from the whole that was asked for', () => {
    const [fact] = facts(
      'stripe',
      stripeWebhook('payment_intent.succeeded', intent({ amount_received: 900 })),
    );
    expect(fact?.amount).toBe(900n);
  });

  it.each<[string, object, object, string, bigint]>([
    ['payment_intent.processing', intent(), {}, 'pending', 1050n],
    [
      'payment_intent.payment_failed',
      intent({ last_payment_error: { decline_code: 'do_not_honor' } }),
      {},
      'failed',
      1050n,
    ],
    ['payment_intent.canceled', intent(), {}, 'failed', 1050n],
    ['checkout.session.expired', { id: 'cs_1', amount_total: 1050, currency: 'eur' }, {}, 'failed', 1050n],
    [
      'charge.dispute.created',
      { id: 'dp_1', payment_intent: 'pi_1', amount: 500, currency: 'eur' },
      {},
      'reversed',
      500n,
    ],
    [
      'charge.refunded',
      { id: 'ch_1', payment_intent: 'pi_1', amount_refunded: 700, currency: 'eur' },
      { previous_attributes: { amount_refunded: 500 } },
      'reversed',
      200n,
    ],
    ['payout.created', { id: 'po_1', amount: 300, currency: 'eur' }, {}, 'pending', 300n],
    ['payout.paid', { id: 'po_1', amount: 300, currency: 'eur' }, {}, 'confirmed', 300n],
    [
      'payout.failed',
      { id: 'po_1', amount: 300, currency: 'eur', failure_code: 'account_closed' },
      {},
      'failed',
      300n,
    ],
    [
      'payout.failed',
      { id: 'po_1', amount: 300, currency: 'eur' },
      { previous_attributes: { status: 'paid' } },
      'reversed',
      300n,
    ],
  ])('%s', (type, object, more, status, amount) => {
    expect(facts('stripe', stripeWebhook(type, object, more))).toMatchObject([{ status, amount }]);
  });

  it('takes the two events of one dispute for one fact', () => {
    const dispute = { id: 'dp_1', payment_intent: 'pi_1', amount: 500, currency: 'eur' };
    const ids = ['charge.dispute.created', 'charge.dispute.funds_withdrawn'].map(
      (type) => facts('stripe', stripeWebhook(type, dispute))[0]?.notificationId,
    );
    expect(ids).toEqual(['dp_1', 'dp_1']);
  });

  it('has nothing to say about other events, and calls one without an amount malformed', () => {
    expect(read('stripe', stripeWebhook('customer.created', {}))).toEqual({
      status: 'ok',
      notifications: [],
    });
    expect(read('stripe', stripeWebhook('payment_intent.succeeded', { id: 'pi_1' })).status).toBe(
      'malformed',
    );
    expect(read('stripe', stripeWebhook('payment_intent.succeeded', intent({ amount: 10.5 }))).status).toBe(
      'malformed',
    );
  });

  it.each([
    ['JPY', 1050, 1050n],
    ['KWD', 1050, 1050n],
    ['ISK', 105000, 1050n],
    ['UGX', 105000, 1050n],
    ['MGA', 1050, 105000n],
  ])('counts %s as Stripe does', (currency, amount, ours) => {
    const paid = intent({ currency: currency.toLowerCase(), amount, amount_received: amount });
    expect(facts('stripe', stripeWebhook('payment_intent.succeeded', paid))[0]?.amount).toBe(ours);
  });

  it('refuses a signature that is too old, or missing', () => {
    const heard = stripeWebhook('payment_intent.succeeded', intent());
    expect(read('stripe', { ...heard, nowMs: nowMs + 300_000 }).status).toBe('ok');
    expect(read('stripe', { ...heard, nowMs: nowMs + 301_000 }).status).toBe('unauthenticated');
    expect(read('stripe', { ...heard, headers: {} }).status).toBe('unauthenticated');
  });
});

describe('adyen', () => {
  it('confirms an authorisation, with the token that paid', () => {
    const additionalData = { 'recurring.recurringDetailReference': 'tok-1', cardSummary: '4242' };
    expect(facts('adyen', adyenWebhook({ additionalData, paymentMethod: 'visa' }))).toEqual([
      {
        kind: 'deposit',
        status: 'confirmed',
        amount: 1050n,
        currency: 'EUR',
        pspReference: '8835000000000001',
        paymentId: 'pay-1',
        notificationId: '8835000000000001:AUTHORISATION:true',
        occurredAt: '2026-01-02T03:04:05.000Z',
        instrument: { reference: 'tok-1', masked: 'visa **** 4242' },
      },
    ]);
  });

  it.each([
    ['AUTHORISATION', 'false', 'deposit', 'failed'],
    ['PENDING', 'true', 'deposit', 'pending'],
    ['CHARGEBACK', 'true', 'deposit', 'reversed'],
    ['REFUND', 'true', 'deposit', 'reversed'],
    ['PAYOUT_THIRDPARTY', 'true', 'withdrawal', 'confirmed'],
    ['PAYOUT_THIRDPARTY', 'false', 'withdrawal', 'failed'],
    ['PAIDOUT_REVERSED', 'true', 'withdrawal', 'reversed'],
  ])('%s success %s', (eventCode, success, kind, status) => {
    const item = { eventCode, success, originalReference: '8835000000000009' };
    expect(facts('adyen', adyenWebhook(item))).toMatchObject([
      { kind, status, pspReference: '8835000000000009' },
    ]);
  });

  it.each(['REFUND', 'CHARGEBACK', 'CAPTURE', 'REPORT_AVAILABLE', 'toString'])(
    'says nothing on a failed or other %s',
    (eventCode) => {
      const heard = adyenWebhook({ eventCode, success: 'false' });
      expect(read('adyen', heard)).toEqual({ status: 'ok', notifications: [] });
    },
  );

  it('reads every item of a notification', () => {
    const heard = adyenWebhook({ pspReference: 'a' }, { pspReference: 'b', success: 'false' });
    expect(facts('adyen', heard).map(({ status }) => status)).toEqual(['confirmed', 'failed']);
  });

  it.each([
    ['CLP', 105000, 1050n],
    ['CVE', 10, 1000n],
    ['IDR', 10, 1000n],
    ['ISK', 105000, 1050n],
    ['JPY', 1050, 1050n],
  ])('counts %s as Adyen does', (currency, value, ours) => {
    expect(facts('adyen', adyenWebhook({ amount: { value, currency } }))[0]?.amount).toBe(ours);
  });

  it('calls an amount that we cannot count malformed', () => {
    expect(read('adyen', adyenWebhook({ amount: { value: 105001, currency: 'CLP' } })).status).toBe(
      'malformed',
    );
  });

  it.each([
    ['received', 'pending'],
    ['booked', 'confirmed'],
    ['refused', 'failed'],
    ['returned', 'reversed'],
  ])('a transfer that is %s', (status, ours) => {
    const data = {
      id: 'TR1',
      reference: 'pay-2',
      status,
      direction: 'outgoing',
      amount: { value: 5, currency: 'EUR' },
    };
    expect(facts('adyen', adyenTransferWebhook(data))).toMatchObject([
      { kind: 'withdrawal', status: ours, paymentId: 'pay-2', pspReference: 'TR1', amount: 5n },
    ]);
    const forged = { ...adyenTransferWebhook(data), headers: { hmacsignature: 'AAAA' } };
    expect(read('adyen', forged).status).toBe('unauthenticated');
  });
});

it.each([
  ['stripe', 'accepted', 200],
  ['stripe', 'unauthenticated', 400],
  ['stripe', 'fault', 503],
  ['adyen', 'accepted', 200],
  ['adyen', 'fault', 503],
  ['trustly', 'fault', 503],
  ['trustly', 'unauthenticated', 401],
] as const)('%s: an outcome that is %s is answered with %i', (psp, outcome, status) => {
  expect(connections[psp].webhookAnswer(outcome, webhook('{}')).status).toBe(status);
});
