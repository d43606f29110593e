import { appendAudit } from '@baize/audit';
import type { Database } from '@baize/persistence';
import type { Vault } from '../../crypto/vault';
import { findStaleKeys, replaceKeys } from '../../store/persons';

const BATCH = 500;

/**
 * Seals every person's key by the present master key, in short transactions: whoever stops it may start it again, and
 * the services go on meanwhile. A key that neither master key opens is left as it is and counted.
 */
export async function rotateMasterKey(
  database: Database,
  vault: Vault,
): Promise<{ rotated: number; failed: number }> {
  const totals = { rotated: 0, failed: 0 };
  let after: string | undefined;
  for (;;) {
    const last = await database.transactions.run(async (db) => {
      const stale = await findStaleKeys(db, vault.masterKeyId, after, BATCH);
      const renewed = stale.flatMap(({ id, wrappedKey }) => {
        try {
          return [{ id, wrappedKey: vault.rewrap(wrappedKey, id) }];
        } catch {
          return [];
        }
      });
      await replaceKeys(db, renewed, vault.masterKeyId);
      return { id: stale.at(-1)?.id, rotated: renewed.length, failed: stale.length - renewed.length };
    });
    totals.rotated += last.rotated;
    totals.failed += last.failed;
    after = last.id;
    if (after === undefined) break;
  }
  const details = { masterKeyId: vault.masterKeyId, ...totals };
  const actor = { kind: 'system', id: 'rotate-master-key' } as const;
  await appendAudit(database, { subject: 'master-key', actor, action: 'master-key.rotated', details });
  return totals;
}
