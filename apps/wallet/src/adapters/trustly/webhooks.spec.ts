import { createVerify } from 'node:crypto';
import { merchantPair, settingsOf, trustlyWebhook, webhook } from '../../../test/support/psp-webhooks';
import type { PspWebhook } from '../../domain/psp';
import { trustly } from './trustly';

const connection = trustly.connect(settingsOf('trustly'));
const facts = (heard: PspWebhook) => {
  const reading = connection.readWebhook(heard);
  return reading.status === 'ok' ? reading.notifications : [];
};

describe('webhooks of trustly', () => {
  const data = {
    notificationid: 'n-1',
    orderid: 'o-1',
    messageid: 'pay-1',
    enduserid: 'p-1',
    amount: '10.50',
    currency: 'EUR',
    timestamp: '2026-01-02 04:04:05.000000+01',
  };

  it('confirms a credit', () => {
    expect(facts(trustlyWebhook('credit', data))).toEqual([
      {
        kind: 'deposit',
        status: 'confirmed',
        amount: 1050n,
        currency: 'EUR',
        pspReference: 'o-1',
        paymentId: 'pay-1',
        notificationId: 'n-1',
        occurredAt: '2026-01-02T03:04:05.000Z',
      },
    ]);
  });

  it.each([
    ['pending', 'deposit', 'pending'],
    ['cancel', 'deposit', 'failed'],
    ['debit', 'deposit', 'reversed'],
    ['payoutconfirmation', 'withdrawal', 'confirmed'],
    ['payoutfailed', 'withdrawal', 'failed'],
  ])('%s', (method, kind, status) => {
    expect(facts(trustlyWebhook(method, data))).toMatchObject([{ kind, status }]);
  });

  it.each([
    ['11', 'EUR', 1100n],
    ['5.00000000000000000000', 'EUR', 500n],
    ['7', 'JPY', 7n],
  ])('reads the amount %s %s', (amount, currency, ours) => {
    expect(facts(trustlyWebhook('credit', { ...data, amount, currency }))[0]?.amount).toBe(ours);
  });

  it('finds our payment behind an order that took a lost one’s place', () => {
    const heard = trustlyWebhook('credit', { ...data, messageid: 'pay-1.again-99' });
    expect(facts(heard)[0]?.paymentId).toBe('pay-1');
  });

  it('calls an authentic credit without a readable amount malformed', () => {
    expect(connection.readWebhook(trustlyWebhook('credit', { ...data, amount: '10,50' })).status).toBe(
      'malformed',
    );
  });

  it('signs its answer over the notification’s uuid, and signs nothing for strangers', () => {
    const heard = trustlyWebhook('credit', data, 'uuid-7');
    const answer = connection.webhookAnswer('accepted', heard);
    const { result } = JSON.parse(answer.body) as { result: Record<string, string> };
    expect(result).toMatchObject({ uuid: 'uuid-7', method: 'credit', data: { status: 'OK' } });
    const verified = createVerify('RSA-SHA1').update('credituuid-7statusOK');
    expect(verified.verify(merchantPair.publicKeyPem, result.signature ?? '', 'base64')).toBe(true);
    const forged = webhook(heard.rawBody.toString().replace('10.50', '90.50'));
    expect(connection.webhookAnswer('accepted', forged)).toMatchObject({ status: 401, body: '{}' });
  });
});
