import type { PaymentKind, PspReport } from '../domain/psp';
import type { StoredNotification } from '../store/payment-notifications';
import type { KeptInstrument } from './instruments';

/** A PSP's word on a payment, with what it says of the instrument as it is kept. */
export type Report = Omit<PspReport, 'instrument'> & {
  readonly kind: PaymentKind;
  readonly psp: string;
  readonly instrument?: KeptInstrument;
};

/** Who said it and where it can be looked up; for histories and ledger lines. */
export interface Source {
  readonly actor: string;
  readonly text: string;
}

/** What a kept webhook says, and who said it. */
export function reportOf(one: StoredNotification): { report: Report; source: Source } {
  const { kind, psp, status, amount, currency, pspReference, reason, instrumentSealed, instrumentPrint } =
    one;
  return {
    source: { actor: `psp:${psp}`, text: `webhook ${one.notificationId}` },
    report: {
      ...{ kind, psp, status, amount, currency },
      pspReference: pspReference ?? undefined,
      reason: reason ?? undefined,
      instrument:
        instrumentSealed && instrumentPrint
          ? { instrumentSealed, instrumentPrint, instrumentMasked: one.instrumentMasked ?? '' }
          : undefined,
    },
  };
}
