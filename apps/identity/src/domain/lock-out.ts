/** When failed logins lock an account, and for how long. */
export interface LockOutRule {
  /** The failure that locks. */
  readonly maxFailures: number;
  /** The first lock; each further failure doubles it. */
  readonly firstLockSeconds: number;
  readonly maxLockSeconds: number;
}

/** Seconds that an account is locked after its n-th failed login in a row; 0 while it is not. */
export function lockSeconds(failures: number, rule: LockOutRule): number {
  if (failures < rule.maxFailures) return 0;
  // The exponent is bounded: 2 ** 30 seconds is beyond any cap, and Infinity must never reach the database.
  const doublings = Math.min(failures - rule.maxFailures, 30);
  return Math.min(rule.firstLockSeconds * 2 ** doublings, rule.maxLockSeconds);
}
