import { residentBytes } from '../frame/machine';
import type { Opening } from './check-ledger';
import type { LoadTarget } from './movements';

/** One way of serving the callbacks: started, with its players' wallets opened. */
export interface CallbackSide {
  readonly name: string;
  readonly target: LoadTarget;
  readonly databaseUrl: string;
  /** Every wallet before the first call. */
  readonly opening: Opening;
  /** Process ids by name. */
  readonly processes: Readonly<Record<string, number>>;
  /** Resident bytes of each process, once it was ready and before anything was asked of it. */
  readonly idleBytes: Readonly<Record<string, number>>;
  /** Waits until nothing of the past slice is still worked on, so that the other side's slice is its own. */
  settle(): Promise<void>;
}

/** Resident bytes by process name. */
export function residentBytesOf(processes: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(processes).map(([name, pid]) => [name, residentBytes(pid)]));
}

/** What both sides are given alike. */
export const load = {
  connections: 64,
  players: 5_000,
  currency: 'EUR',
  /** Minor units on every wallet at the start. */
  openingBalance: 10_000_000,
};
