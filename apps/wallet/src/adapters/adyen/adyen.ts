import type { PspAdapter, PspDialect, PspSettings, WebhookAnswer, WebhookOutcome } from '../../domain/psp';
import { checkedBaseUrl, requireCredential } from '../psp-http';
import { AdyenCalls } from './calls';
import { readAdyenWebhook } from './webhook';

/** Adyen asks for 200 with `[accepted]` and sends everything else again. */
const answers: Readonly<Record<WebhookOutcome, WebhookAnswer>> = {
  accepted: { status: 200, contentType: 'text/plain', body: '[accepted]' },
  unauthenticated: { status: 401, contentType: 'text/plain', body: '[unauthenticated]' },
  malformed: { status: 400, contentType: 'text/plain', body: '[malformed]' },
  fault: { status: 503, contentType: 'text/plain', body: '[try again]' },
};

function connect({ credentials, baseUrl }: PspSettings): PspAdapter {
  const standard = hexKey(credentials, 'hmacKeyHex');
  const calls = new AdyenCalls({
    checkoutBase: checkedBaseUrl(baseUrl),
    // Adyen serves transfers from another host than payments; the sandbox from one
    transfersBase: checkedBaseUrl(credentials.transfersBaseUrl ?? baseUrl),
    apiKey: requireCredential(credentials, 'apiKey', 8),
    merchantAccount: requireCredential(credentials, 'merchantAccount'),
    balanceAccountId: requireCredential(credentials, 'balanceAccountId'),
  });
  const transfers =
    credentials.transferHmacKeyHex === undefined ? standard : hexKey(credentials, 'transferHmacKeyHex');
  return {
    startDeposit: (deposit, deadlineMs) => calls.startDeposit(deposit, deadlineMs),
    startWithdrawal: (withdrawal, deadlineMs) => calls.startWithdrawal(withdrawal, deadlineMs),
    query: (payment, deadlineMs) => calls.query(payment, deadlineMs),
    readWebhook: (webhook) => readAdyenWebhook(webhook, { standard, transfers }),
    webhookAnswer: (outcome) => answers[outcome],
  };
}

function hexKey(credentials: Readonly<Record<string, string>>, name: string): Buffer {
  const text = requireCredential(credentials, name, 32);
  if (!/^([0-9a-f]{2})+$/i.test(text)) throw new Error(`the credential "${name}" must be hexadecimal`);
  return Buffer.from(text, 'hex');
}

/** Cards and wallets: deposits on a page of Adyen's (pay by link), withdrawals as transfers to the stored card. */
export const adyen: PspDialect = { name: 'adyen', methods: ['card', 'wallet'], connect };
