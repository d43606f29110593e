import fc from 'fast-check';
import {
  adyenTransferWebhook,
  adyenWebhook,
  settingsOf,
  stripeWebhook,
  trustlyWebhook,
  webhook,
  type PspName,
} from '../../test/support/psp-webhooks';
import type { PspNotification, PspWebhook } from '../domain/psp';
import { pspDialects } from './registry';

const authentic: [PspName, PspWebhook][] = [
  [
    'stripe',
    stripeWebhook('payment_intent.succeeded', {
      id: 'pi_1',
      amount: 1050,
      amount_received: 1050,
      currency: 'eur',
      metadata: { paymentId: 'pay-1' },
    }),
  ],
  ['adyen', adyenWebhook({ pspReference: 'a' }, { pspReference: 'b', eventCode: 'CHARGEBACK' })],
  [
    'adyen',
    adyenTransferWebhook({
      id: 'TR1',
      reference: 'p',
      status: 'booked',
      amount: { value: 5, currency: 'EUR' },
    }),
  ],
  [
    'trustly',
    trustlyWebhook('credit', {
      notificationid: 'n-1',
      orderid: 'o-1',
      messageid: 'pay-1',
      amount: '10.50',
      currency: 'EUR',
    }),
  ],
];

/** What a signature covers; times and reasons of Adyen's are outside of it. */
const signedPart = ({ occurredAt: _o, reason: _r, instrument: _i, ...signed }: PspNotification) => signed;

const edit = fc.record({
  at: fc.nat(),
  remove: fc.nat({ max: 3 }),
  insert: fc.uint8Array({ maxLength: 4 }),
});

describe.each(authentic)('%s', (psp, heard) => {
  const connection = pspDialects.find(({ name }) => name === psp)!.connect(settingsOf(psp));
  const original = connection.readWebhook(heard);

  it('reads the one that was not touched', () => {
    expect(original.status).toBe('ok');
    expect(original.status === 'ok' && original.notifications.length).toBeGreaterThan(0);
  });

  it('never crashes on an altered one, and never takes another fact from it', () => {
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        let rawBody = heard.rawBody;
        for (const { at, remove, insert } of edits) {
          const start = at % (rawBody.length + 1);
          rawBody = Buffer.concat([rawBody.subarray(0, start), insert, rawBody.subarray(start + remove)]);
        }
        const reading = connection.readWebhook({ ...heard, rawBody });
        if (reading.status !== 'ok' || original.status !== 'ok') return;
        expect(reading.notifications.map(signedPart)).toEqual(original.notifications.map(signedPart));
      }),
      { numRuns: 1_500 },
    );
  });

  it('never authenticates what nobody signed', () => {
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc.json().map((text) => Buffer.from(text)),
    );
    const header = fc.string({ maxLength: 80 });
    fc.assert(
      fc.property(body, header, (bytes, text) => {
        const headers = { 'stripe-signature': text, ...(text.length % 2 === 0 && { hmacsignature: text }) };
        expect(connection.readWebhook(webhook(bytes, headers)).status).toBe('unauthenticated');
        expect(connection.webhookAnswer('accepted', webhook(bytes)).body).not.toContain('signature');
      }),
      { numRuns: 500 },
    );
  });

  it('is bounded on deep and on hostile bodies', () => {
    const deep = `${'['.repeat(30_000)}${']'.repeat(30_000)}`;
    const bodies = [
      deep,
      `{"notificationItems":${deep}}`,
      '{"__proto__":{"method":"credit"}}',
      '',
      '\u0000',
      'null',
    ];
    for (const body of bodies) expect(connection.readWebhook(webhook(body)).status).toBe('unauthenticated');
  });
});
