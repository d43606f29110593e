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

/** A wallet of a player's list. */
export interface ListedWallet extends StoredWallet {
  readonly isDefault: boolean;
}

/** All wallets of a player, the default one first; undefined when the brand has no such player. */
export async function listWallets(
  db: Db,
  brand: string,
  playerId: string,
): Promise<ListedWallet[] | undefined> {
  const rows = await db.query<Row & { currency: string; isDefault: boolean }>(
    `SELECT w.currency, w.real, w.bonus, w.locked, w.sequence, w.currency = a.default_currency AS "isDefault"
     FROM anchor a JOIN wallet w USING (player_id) WHERE a.player_id = $1 AND a.brand = $2
     ORDER BY "isDefault" DESC, w.currency`,
    [playerId, brand],
  );
  // every player was opened with a wallet
  if (rows.length === 0) return undefined;
  return rows.map(({ currency, real, bonus, locked, sequence, isDefault }) => ({
    ...{ currency, real, bonus, locked, version: sequence, isDefault },
  }));
}

/** Opens a wallet of the player unless it is open. It needs no lock: nothing refers to a wallet that is not there. */
export async function openWallet(db: Db, brand: string, playerId: string, currency: string): Promise<void> {
  await db.query(
    `INSERT INTO wallet (player_id, currency) SELECT player_id, $3 FROM anchor WHERE player_id = $1 AND brand = $2
     ON CONFLICT DO NOTHING`,
    [playerId, brand, currency],
  );
}
