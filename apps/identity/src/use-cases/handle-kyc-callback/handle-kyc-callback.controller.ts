import {
  kycCommands,
  refuse,
  type CallbackAnswer,
  type HandleKycCallback,
  type Result,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { counter } from '@baize/runtime';
import { Controller } from '@nestjs/common';
import { KycVendors } from '../../adapters/kyc/kyc-vendors';
import { KycSaga } from '../../kyc-saga';
import { findSpokenOf } from '../../store/kyc-checks';
import { isUuid } from '../../store/players';

const callbacks = counter('identity_kyc_callbacks_total', 'Webhooks of KYC vendors by outcome.', [
  'vendor',
  'outcome',
]);

/**
 * A webhook is believed for its signature over the raw bytes alone. It may come twice and out of order; the answer to
 * one that changes nothing is the same, so that the vendor does not send it again.
 */
@Controller()
export class HandleKycCallbackController {
  constructor(
    private readonly database: Database,
    private readonly vendors: KycVendors,
    private readonly saga: KycSaga,
  ) {}

  @Handles(kycCommands.handleKycCallback)
  async handle(request: HandleKycCallback): Promise<Result<CallbackAnswer>> {
    const { brand, vendor: name } = request;
    const vendor = this.vendors.find(brand, name);
    if (!vendor) return refuse('identity.unknown-kyc-vendor', 'This brand has no such KYC vendor.');
    const count = (outcome: string) => callbacks.inc({ vendor: name, outcome });
    const callback = {
      headers: Object.fromEntries(request.headers.map((header) => [header.name.toLowerCase(), header.value])),
      body: Buffer.from(request.bodyBase64, 'base64'),
      receivedAt: new Date(request.receivedAt),
    };
    if (!vendor.isAuthentic(callback)) {
      count('forged');
      return refuse('auth.invalid-signature', 'The signature is missing, of another algorithm, or not ours.');
    }
    const word = vendor.read(callback);
    if (!word) {
      count('ignored');
      return answered('ok');
    }
    const { reference } = word;
    const subject = isUuid(word.subject) ? word.subject : null;
    const check = await findSpokenOf(this.database, { brand, vendor: name, reference, subject });
    if (!check) {
      count('unknown-check');
      return refuse('identity.kyc-check-not-found', 'No check of ours is meant.');
    }
    const heard = await this.saga.apply(check.id, check.playerId, word);
    count(heard);
    if (heard === 'stale')
      return refuse('identity.stale-callback', 'This is older than the check that it names.');
    return answered(heard === 'apply' ? 'ok' : 'replayed');
  }
}

function answered(outcome: CallbackAnswer['outcome']): Result<CallbackAnswer> {
  return { ok: true, value: { status: 200, contentType: 'application/json', body: '{"ok":true}', outcome } };
}
