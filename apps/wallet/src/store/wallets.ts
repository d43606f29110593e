import type { Db } from '@baize/persistence';
import type { Balance } from '../domain/verdict';

export interface StoredWallet extends Balance {
  readonly currency: string;
}

/** What a query about a player finds: nobody, no wallet in the currency, or the wallet. */
export type Found = { readonly player: false } | { readonly player: true; readonly wallet?: StoredWallet };

interface Row {
  currency: string | null;
  real: bigint;
  bonus: bigint;
  locked: bigint;
  sequence: bigint;
}

/** The live wallet; without a currency the player's default one. */
export async function findWallet(db: Db, brand: string, playerId: string, currency?: string): Promise<Found> {
  const [row] = await db.query<Row>({
    name: 'find-wallet',
    text: `SELECT w.currency, w.real, w.bonus, w.locked, w.sequence
           FROM anchor a LEFT JOIN wallet w ON w.player_id = a.player_id AND w.currency = coalesce($3, a.default_currency)
           WHERE a.player_id = $1 AND a.brand = $2`,
    values: [playerId, brand, currency ?? null],
  });
  if (!row) return { player: false };
  if (row.currency === null) return { player: true };
  const { real, bonus, locked, sequence } = row;
  return { player: true, wallet: { currency: row.currency, real, bonus, locked, version: sequence } };
}
