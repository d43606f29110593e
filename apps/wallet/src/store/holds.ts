import type { HoldKind } from '@baize/contracts';
import type { Db } from '@baize/persistence';
import type { Hold, Source } from '../domain/withdrawal-checks';

/** Keeps the newest version; an older one changes nothing. */
export async function setHold(
  db: Db,
  playerId: string,
  hold: {
    readonly kind: HoldKind;
    readonly held: boolean;
    readonly reason: string;
    readonly version: number;
  },
): Promise<void> {
  await db.query({
    name: 'set-hold',
    text: `INSERT INTO withdrawal_hold AS h (player_id, kind, held, reason, version) VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (player_id, kind) DO UPDATE
             SET held = excluded.held, reason = excluded.reason, version = excluded.version, set_at = now()
             WHERE h.version < excluded.version`,
    values: [playerId, hold.kind, hold.held, hold.reason, hold.version],
  });
}

/** The holds of a player; a stand-in for each kind that no service ever said anything of. */
export async function holdsOf(
  db: Db,
  playerId: string,
  heldByDefault: Readonly<Record<HoldKind, boolean>>,
): Promise<Hold[]> {
  const rows = await db.query<Omit<Hold, 'version'> & { version: bigint }>({
    name: 'holds-of-player',
    text: `SELECT kind, held, reason, version FROM withdrawal_hold WHERE player_id = $1`,
    values: [playerId],
  });
  return (['kyc', 'fraud'] as const).map((kind) => {
    const row = rows.find((one) => one.kind === kind);
    if (row) return { ...row, version: Number(row.version) };
    return { kind, held: heldByDefault[kind], reason: 'not-checked', version: 0 };
  });
}

/** What the player paid with, oldest first, and what of it went back, leaving out one withdrawal. */
export function sourcesOf(
  db: Db,
  wallet: { readonly playerId: string; readonly currency: string },
  exceptId: string,
): Promise<Source[]> {
  return db.query<Source>({
    name: 'sources-of-player',
    text: `SELECT d.method, d.print, d.deposited::bigint,
             (SELECT coalesce(sum(w.amount - w.reversed), 0)::bigint FROM payment w
              WHERE w.player_id = $1 AND w.currency = $2 AND w.kind = 'withdrawal' AND w.id <> $3
                AND w.state NOT IN ('failed', 'cancelled') AND w.method = d.method
                AND (d.print IS NULL OR encode(w.instrument_print, 'hex') = d.print)) AS returned
           FROM (SELECT method, encode(instrument_print, 'hex') AS print, sum(amount - reversed) AS deposited,
                   min(created_at) AS first_at
                 FROM payment WHERE player_id = $1 AND currency = $2 AND kind = 'deposit'
                   AND state IN ('confirmed', 'reversed')
                 GROUP BY method, instrument_print) d
           ORDER BY d.first_at`,
    values: [wallet.playerId, wallet.currency, exceptId],
  });
}

/** The approvals that a withdrawal has so far. */
export function approvalsOf(db: Db, paymentId: string): Promise<{ actor: string; covers: string[] }[]> {
  return db.query({
    name: 'approvals-of-payment',
    text: `SELECT actor, covers FROM payment_decision WHERE payment_id = $1 AND decision = 'approve' ORDER BY id`,
    values: [paymentId],
  });
}

export async function recordDecision(
  db: Db,
  paymentId: string,
  decision: {
    readonly decision: 'approve' | 'reject' | 'accept';
    readonly covers: readonly string[];
    readonly reason: string;
    readonly actor: string;
  },
): Promise<void> {
  await db.query(
    `INSERT INTO payment_decision (payment_id, decision, covers, reason, actor) VALUES ($1, $2, $3, $4, $5)`,
    [paymentId, decision.decision, decision.covers, decision.reason, decision.actor],
  );
}
