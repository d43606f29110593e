import type { PspAdapter, PspDialect } from '../domain/psp';
import type { PspAccountSettings } from './payment-settings';

/** A brand's connection to a PSP. */
export interface PspAccount {
  readonly brand: string;
  readonly psp: string;
  readonly dialect: PspDialect;
  readonly adapter: PspAdapter;
}

/** @throws Error on an account of an unknown PSP, or without the credentials that its dialect needs */
export function connectPsps(
  accounts: readonly PspAccountSettings[],
  dialects: readonly PspDialect[],
): readonly PspAccount[] {
  return accounts.map(({ psp, ...settings }) => {
    const dialect = dialects.find(({ name }) => name === psp);
    if (!dialect) throw new Error(`PAYMENTS_CONFIG: there is no PSP ${psp}`);
    return { brand: settings.brand, psp, dialect, adapter: dialect.connect(settings) };
  });
}
