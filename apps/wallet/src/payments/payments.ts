import { randomBytes } from 'node:crypto';
import type { Database } from '@baize/persistence';
import { systemClock, type Logger } from '@baize/runtime';
import type { WalletConfig } from '../config';
import type { PspDialect } from '../domain/psp';
import { connectPsps } from './connect-psps';
import { Instruments } from './instruments';
import { PaymentRunner } from './payment-runner';
import { PaymentSaga } from './payment-saga';
import { readPaymentSettings, type PaymentRules } from './payment-settings';
import { PaymentWorker } from './payment-worker';
import { PspDesk } from './psp-desk';

/** Everything that payments are made with. */
export interface Payments {
  readonly rules: PaymentRules;
  readonly instruments: Instruments;
  readonly desk: PspDesk;
  readonly saga: PaymentSaga;
  readonly runner: PaymentRunner;
  readonly worker: PaymentWorker;
}

/** @throws Error on settings that cannot work */
export function buildPayments(
  config: WalletConfig,
  database: Database,
  dialects: readonly PspDialect[],
  log: Logger,
): Payments {
  const rules = readPaymentSettings(config.paymentsConfig);
  const accounts = connectPsps(rules.accounts, dialects);
  log.info({ psps: accounts.map(({ brand, psp }) => `${brand} ${psp}`) }, 'payment service providers');
  const instruments = new Instruments(instrumentKey(config, accounts.length > 0));
  const saga = new PaymentSaga(rules.timing, systemClock);
  const desk = new PspDesk(accounts, instruments, {
    pspCallMs: rules.timing.pspCallMs,
    clock: systemClock,
    log,
  });
  const runner = new PaymentRunner(database, saga, desk, rules);
  const worker = new PaymentWorker(database, runner, saga, rules, {
    intervalMs: config.paymentsIntervalMs,
    log,
  });
  return { rules, instruments, desk, saga, runner, worker };
}

/** Without a PSP there is no instrument to keep. */
function instrumentKey({ walletInstrumentKey }: WalletConfig, isNeeded: boolean): Buffer {
  if (walletInstrumentKey !== undefined) return Buffer.from(walletInstrumentKey, 'base64');
  if (isNeeded) throw new Error('WALLET_INSTRUMENT_KEY is missing');
  return randomBytes(32);
}
