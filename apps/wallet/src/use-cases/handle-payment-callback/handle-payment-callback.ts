import { createHash } from 'node:crypto';
import { ok, type CallbackAnswer, type HandlePaymentCallback, type Result } from '@baize/contracts';
import { Database, type Db } from '@baize/persistence';
import { counter, histogram } from '@baize/runtime';
import { Injectable } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { isOurId } from '../../domain/player-id';
import type { PspNotification, PspWebhook, WebhookOutcome } from '../../domain/psp';
import { refusal } from '../../domain/refusals';
import type { PspAccount } from '../../payments/connect-psps';
import { Instruments } from '../../payments/instruments';
import { PaymentSaga } from '../../payments/payment-saga';
import { PspDesk } from '../../payments/psp-desk';
import { reportOf } from '../../payments/report';
import {
  closeNotification,
  keepNotification,
  leaveWaiting,
  quarantine,
  type StoredNotification,
} from '../../store/payment-notifications';
import { findByReference, lockPayment } from '../../store/payments';

const webhooks = counter('wallet_webhooks_total', 'Webhooks of PSPs, by what came of them', [
  'psp',
  'outcome',
]);
const facts = counter('wallet_webhook_facts_total', 'What webhooks told, by what came of it', [
  'psp',
  'outcome',
]);
const seconds = histogram('wallet_webhook_seconds', 'From the webhook at the edge to its commit', ['psp']);

/** Hears a PSP's webhook: verified, kept, applied, and only then acknowledged. */
@Injectable()
export class HandlePaymentCallbackUseCase {
  constructor(
    private readonly database: Database,
    private readonly saga: PaymentSaga,
    private readonly desk: PspDesk,
    private readonly instruments: Instruments,
  ) {}

  async execute(command: HandlePaymentCallback): Promise<Result<CallbackAnswer>> {
    const account = this.desk.account(command.brand, command.psp);
    if (!account) return refusal('wallet.unknown-psp');
    const { psp, adapter } = account;
    const receivedMs = Date.parse(command.receivedAt);
    const webhook: PspWebhook = {
      headers: Object.fromEntries(command.headers.map(({ name, value }) => [name.toLowerCase(), value])),
      query: command.query,
      rawBody: Buffer.from(command.bodyBase64, 'base64'),
      nowMs: receivedMs,
    };
    const outcome = await this.hear(account, webhook);
    webhooks.inc({ psp, outcome });
    seconds.observe({ psp }, Math.max(0, Date.now() - receivedMs) / 1_000);
    const answer = adapter.webhookAnswer(outcome, webhook);
    // One status for all PSPs: what watches the edge counts on it.
    const status = outcome === 'unauthenticated' ? 401 : answer.status;
    return ok({ ...answer, status, outcome: outcome === 'accepted' ? 'ok' : outcome });
  }

  /** @throws when something of it could not be committed: the PSP sends it again, what was done is done */
  private async hear(account: PspAccount, webhook: PspWebhook): Promise<WebhookOutcome> {
    const { brand, psp, adapter } = account;
    const reading = adapter.readWebhook(webhook);
    const bodySha256 = createHash('sha256').update(webhook.rawBody).digest();
    switch (reading.status) {
      case 'unauthenticated':
        await quarantine(this.database, { brand, psp, bodySha256, bytes: webhook.rawBody.length });
        return 'unauthenticated';
      case 'malformed':
        return 'malformed';
      case 'ok':
        for (const one of reading.notifications) {
          await this.database.transactions.run((db) => this.apply(db, account, one, bodySha256));
        }
        return 'accepted';
    }
  }

  /** The fact and what follows from it, in one transaction: a fact that is kept is applied, waits, or is raised. */
  private async apply(db: Db, account: PspAccount, one: PspNotification, bodySha256: Buffer): Promise<void> {
    const paymentId = await this.paymentOf(db, account, one);
    const kept = this.keptForm(account, one, paymentId);
    const { occurredAt } = one;
    const isNew = await keepNotification(db, {
      ...kept,
      contentSha256: digestOf(one),
      bodySha256,
      occurredAt,
    });
    if (!isNew) {
      facts.inc({ psp: account.psp, outcome: 'repeated' });
      return;
    }
    const payment = paymentId === undefined ? undefined : await lockPayment(db, account.brand, paymentId);
    if (!payment) {
      await leaveWaiting(db, kept, null);
      facts.inc({ psp: account.psp, outcome: 'unmatched' });
      return;
    }
    const { report, source } = reportOf(kept);
    const { outcome } = await this.saga.report(db, payment, report, source);
    if (outcome === 'waiting') await leaveWaiting(db, kept, payment.id);
    else if (outcome !== 'applied') await closeNotification(db, kept.id, payment.id, outcome);
    facts.inc({ psp: account.psp, outcome });
  }

  private async paymentOf(db: Db, account: PspAccount, one: PspNotification): Promise<string | undefined> {
    if (one.paymentId !== undefined && isOurId(one.paymentId)) return one.paymentId;
    return one.pspReference === undefined ? undefined : findByReference(db, account, one.pspReference);
  }

  private keptForm(
    { brand, psp }: PspAccount,
    one: PspNotification,
    paymentId: string | undefined,
  ): StoredNotification {
    const { notificationId, kind, status, amount, currency, instrument } = one;
    const kept = instrument && this.instruments.keep(brand, instrument);
    return {
      ...{ id: uuidv7(), brand, psp, notificationId, kind, status, amount, currency },
      namedPayment: one.paymentId ?? null,
      pspReference: one.pspReference ?? null,
      reason: one.reason ?? null,
      instrumentSealed: kept?.instrumentSealed ?? null,
      instrumentPrint: kept?.instrumentPrint ?? null,
      instrumentMasked: kept?.instrumentMasked ?? null,
      paymentId: paymentId ?? null,
    };
  }
}

/** The same id that says something else is another fact. */
function digestOf({ paymentId, pspReference, kind, status, amount, currency }: PspNotification): Buffer {
  const said = JSON.stringify([paymentId, pspReference, kind, status, `${amount}`, currency]);
  return createHash('sha256').update(said).digest();
}
