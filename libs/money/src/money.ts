import { maxMinor } from './decimal';

/** An amount in integer minor units of its currency. */
export interface Money {
  readonly amount: bigint;
  readonly currency: string;
}

/** JSON has no bigint: integers up to 2^53-1 cross as numbers. Throws on more, which no posted amount can reach. */
export function toWireAmount(minor: bigint): number {
  if (minor > maxMinor || minor < -maxMinor) throw new RangeError(`amount ${minor} does not fit JSON`);
  return Number(minor);
}

/** Throws on a number that is not a safe integer; callers have validated the message before. */
export function fromWireAmount(amount: number): bigint {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`amount ${amount} is not a safe integer`);
  return BigInt(amount);
}
