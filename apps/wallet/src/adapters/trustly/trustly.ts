import type { PspAdapter, PspDialect, PspSettings } from '../../domain/psp';
import { checkedBaseUrl, requireCredential } from '../psp-http';
import { TrustlyCalls } from './calls';
import { TrustlyKeys, TrustlyRpc } from './rpc';
import { readTrustlyWebhook, trustlyWebhookAnswer } from './webhook';

function connect({ credentials, baseUrl, callbackUrl }: PspSettings): PspAdapter {
  const keys = new TrustlyKeys(
    requireCredential(credentials, 'publicKeyPem'),
    requireCredential(credentials, 'merchantPrivateKeyPem'),
  );
  const rpc = new TrustlyRpc({
    base: checkedBaseUrl(baseUrl),
    username: requireCredential(credentials, 'username'),
    password: requireCredential(credentials, 'password'),
    keys,
  });
  const calls = new TrustlyCalls(rpc, callbackUrl);
  return {
    startDeposit: (deposit, deadlineMs) => calls.startDeposit(deposit, deadlineMs),
    startWithdrawal: (withdrawal, deadlineMs) => calls.startWithdrawal(withdrawal, deadlineMs),
    query: (payment, deadlineMs) => calls.query(payment, deadlineMs),
    readWebhook: (webhook) => readTrustlyWebhook(webhook, keys),
    webhookAnswer: (outcome, webhook) => trustlyWebhookAnswer(outcome, webhook, keys),
  };
}

/** Bank deposits on Trustly's page, withdrawals to an IBAN or an account that Trustly named. */
export const trustly: PspDialect = { name: 'trustly', methods: ['bank'], connect };
