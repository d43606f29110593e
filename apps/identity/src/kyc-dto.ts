import type { KycCheckDto } from '@baize/contracts';
import type { KycCheckRow } from './store/kyc-checks';

/** A check as it is shown; what is not known yet is left out. */
export function checkDto(row: KycCheckRow): KycCheckDto {
  const { id, kind, status, vendor, reference, url, reason, documentExpiresOn, createdAt } = row;
  return {
    ...{ id, kind, status, vendor, createdAt: createdAt.toISOString() },
    ...(reference !== null && { reference }),
    ...(url !== null && { url }),
    ...(reason !== null && { reason }),
    ...(documentExpiresOn !== null && { documentExpiresOn }),
  };
}
