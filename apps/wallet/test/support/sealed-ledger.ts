import { randomBytes } from 'node:crypto';
import { AuditSigner } from '@baize/audit';
import type { Database, Db } from '@baize/persistence';
import type { SealedCheckpoint } from '../../src/domain/checkpoints';
import { ledgerKeys, ledgerSigner } from '../../src/ledger/ledger-keys';
import { rollUpHouse } from '../../src/store/house-accounts';
import { sealNext, sealStragglers, type Sealed } from '../../src/store/seals';
import type { Finding } from '../../src/store/verify/finding';
import { ledgerChecks } from '../../src/store/verify/verify-ledger';

/** Seals a ledger with a key of its own, keeps the checkpoints elsewhere, and verifies it. */
export class SealedLedger {
  readonly kept: SealedCheckpoint[] = [];
  private readonly auditSigner = new AuditSigner('wallet', randomBytes(32).toString('base64'));
  readonly signer = ledgerSigner(this.auditSigner);
  readonly isGenuine = ledgerKeys([this.auditSigner.publicKey]);

  constructor(readonly db: Database) {}

  /** Everything that is behind the horizon, then whatever no window showed. */
  async seal(): Promise<void> {
    const keep = { onSealed: ({ checkpoint }: Sealed) => void this.kept.push(checkpoint) };
    while (await sealNext(this.db, this.signer, keep));
    await sealStragglers(this.db, this.signer, keep);
    while (await rollUpHouse(this.db));
  }

  async findings(db: Db = this.db, kept: readonly SealedCheckpoint[] = this.kept): Promise<Finding[]> {
    const found: Finding[] = [];
    for (const steps of Object.values(ledgerChecks(db, { isGenuine: this.isGenuine, kept }))) {
      for await (const step of steps) found.push(...step.findings);
    }
    return found;
  }

  /** What is found when somebody who may do anything with the database did this; nothing of it stays. */
  async findingsAfter(
    tamper: (db: Db) => Promise<void>,
    kept: readonly SealedCheckpoint[] = this.kept,
  ): Promise<Finding[]> {
    const undo = new Error('undone');
    let found: Finding[] = [];
    await this.db.transactions
      .run(async (db) => {
        await db.query(`SET LOCAL session_replication_role = replica`);
        await tamper(db);
        found = await this.findings(db, kept);
        throw undo;
      })
      .catch((error: unknown) => {
        if (error !== undo) throw error;
      });
    return found;
  }
}
