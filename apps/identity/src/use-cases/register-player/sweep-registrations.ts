import { Database } from '@baize/persistence';
import { Injectable } from '@nestjs/common';
import { IdentityConfig } from '../../config';
import { claimOrphans, deleteOldRegistrations } from '../../store/registrations';
import { CompleteRegistration } from './complete-registration';

const BATCH = 16;
const MAX_DELETED = 1_000;

/** Finishes the registrations of processes that died on them, and forgets old idempotency keys. */
@Injectable()
export class SweepRegistrations {
  constructor(
    private readonly database: Database,
    private readonly completion: CompleteRegistration,
    private readonly config: IdentityConfig,
  ) {}

  /** One round. A registration that cannot be finished yet stays for a later one. */
  async run(): Promise<void> {
    const { registrationLeaseMs, idempotencyRetentionHours } = this.config;
    await deleteOldRegistrations(this.database, idempotencyRetentionHours, MAX_DELETED);
    const orphans = await claimOrphans(this.database, registrationLeaseMs, BATCH);
    const deadline = Date.now() + registrationLeaseMs;
    await Promise.allSettled(
      orphans.map(({ key, playerId }) => this.completion.complete(key, playerId, deadline)),
    );
  }
}
