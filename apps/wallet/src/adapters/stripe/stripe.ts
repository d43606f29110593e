import Stripe from 'stripe';
import type { PspAdapter, PspDialect, PspSettings, WebhookAnswer, WebhookOutcome } from '../../domain/psp';
import { baseText, checkedBaseUrl, requireCredential } from '../psp-http';
import { StripeCalls } from './calls';
import { readStripeWebhook } from './webhook';

const statuses: Readonly<Record<WebhookOutcome, number>> = {
  accepted: 200,
  unauthenticated: 400,
  malformed: 400,
  fault: 503,
};

function webhookAnswer(outcome: WebhookOutcome): WebhookAnswer {
  const body = JSON.stringify({ received: outcome === 'accepted' });
  return { status: statuses[outcome], contentType: 'application/json', body };
}

function connect(settings: PspSettings): PspAdapter {
  const secret = requireCredential(settings.credentials, 'webhookSecret', 8);
  const apiKey = requireCredential(settings.credentials, 'secretKey', 8);
  const base = checkedBaseUrl(settings.baseUrl);
  const stripe = new Stripe(apiKey, {
    host: base.hostname,
    protocol: base.protocol === 'http:' ? 'http' : 'https',
    ...(base.port !== '' && { port: base.port }),
    maxNetworkRetries: 0, // attempts are counted in one place, for all PSPs alike
    telemetry: false,
    httpClient: Stripe.createFetchHttpClient(below(base)),
  });
  const calls = new StripeCalls(stripe);
  return {
    startDeposit: (deposit, deadlineMs) => calls.startDeposit(deposit, deadlineMs),
    startWithdrawal: (withdrawal, deadlineMs) => calls.startWithdrawal(withdrawal, deadlineMs),
    query: (payment, deadlineMs) => calls.query(payment, deadlineMs),
    readWebhook: (webhook) => readStripeWebhook(webhook, secret),
    webhookAnswer,
  };
}

/** Stripe's client knows a host only; the path of our base URL is put before its own. */
function below(base: URL): typeof fetch {
  const prefix = base.pathname.replace(/\/$/, '');
  return (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    return fetch(`${baseText(new URL(url.origin))}${prefix}${url.pathname}${url.search}`, init);
  };
}

/** Card deposits on Stripe's hosted page (Checkout), withdrawals as payouts to a card. */
export const stripe: PspDialect = { name: 'stripe', methods: ['card'], connect };
