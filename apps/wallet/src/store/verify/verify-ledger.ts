import type { Db } from '@baize/persistence';
import type { SealedCheckpoint } from '../../domain/checkpoints';
import type { Step } from './finding';
import { verifyAccounts } from './verify-accounts';
import { type IsGenuine, verifyCheckpoints } from './verify-checkpoints';
import { verifyHouse } from './verify-house';
import { verifySeals } from './verify-seals';

/** What a verification may know from outside the database. */
export interface Evidence {
  /** Without it signatures are not checked. */
  readonly isGenuine?: IsGenuine;
  /** Checkpoints that were kept elsewhere. */
  readonly kept?: readonly SealedCheckpoint[];
}

/** The checks of a verification by name, in the order in which they run. Each step is a transaction of its own. */
export function ledgerChecks(
  db: Db,
  { isGenuine, kept = [] }: Evidence,
): Record<string, AsyncGenerator<Step>> {
  return {
    accounts: verifyAccounts(db),
    house: verifyHouse(db),
    seals: verifySeals(db),
    checkpoints: verifyCheckpoints(db, isGenuine, kept),
  };
}
