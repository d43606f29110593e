import type { PayFaultName } from './faults';
import type { PspPayment } from './payment';

/** One payment of the PSPs' own books, as the control routes tell it; amounts are decimal text of minor units. */
export interface PspRecord {
  readonly psp: string;
  readonly kind: 'deposit' | 'withdrawal';
  readonly id: string;
  readonly reference: string;
  readonly asked: string;
  readonly moved: string;
  readonly currency: string;
  readonly status: PspPayment['status'];
  readonly planned: readonly PayFaultName[];
  /** What pays or is paid. */
  readonly instrument: string;
  readonly createdAtMs: number;
}
