import type { PspDialect } from '../domain/psp';
import { adyen } from './adyen/adyen';
import { stripe } from './stripe/stripe';
import { trustly } from './trustly/trustly';

/** Every PSP that the wallet can speak to. */
export const pspDialects: readonly PspDialect[] = [stripe, adyen, trustly];
