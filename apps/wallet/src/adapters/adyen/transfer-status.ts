import type { PspStatus } from '../../domain/psp';

const final: Readonly<Record<string, PspStatus | undefined>> = {
  booked: 'confirmed',
  refused: 'failed',
  rejected: 'failed',
  failed: 'failed',
  error: 'failed',
  cancelled: 'failed',
  expired: 'failed',
  returned: 'reversed',
  reversed: 'reversed',
};

/** https://docs.adyen.com/payouts/payout-service/payout-webhooks: every other status is on the way. */
export function transferStatus(status: string): PspStatus {
  return final[status] ?? 'pending';
}
