import { kycEvents } from '@baize/contracts';
import { activeTraceparent } from '@baize/messaging';
import { addToOutbox, type Db } from '@baize/persistence';
import { levelOf, missingChecks, type KycLevel } from '../domain/kyc';
import type { CheckKind } from '../domain/market-checks';

/** What the rules are asked about. */
export interface KycFile {
  readonly playerId: string;
  readonly brand: string;
  readonly country: string;
  readonly level: KycLevel;
  readonly held: boolean;
  readonly registeredAt: Date;
}

/** Locks a player's file until commit: what is due is decided by one at a time. Undefined without one. */
export async function lockFile(db: Db, playerId: string): Promise<KycFile | undefined> {
  const [row] = await db.query<KycFile>(
    `SELECT f.player_id AS "playerId", p.brand, p.country, p.kyc_level AS level, f.held, p.created_at AS "registeredAt"
     FROM kyc_file f JOIN player p ON p.id = f.player_id WHERE f.player_id = $1 FOR UPDATE OF f`,
    [playerId],
  );
  return row;
}

/** Opens the file of a new player; once. */
export async function openFile(db: Db, playerId: string): Promise<void> {
  await db.query(
    `INSERT INTO kyc_file (player_id, held, hold_reason, hold_version) VALUES ($1, false, 'nothing-due', 1)
     ON CONFLICT DO NOTHING`,
    [playerId],
  );
}

export interface FiredTrigger {
  readonly trigger: string;
  readonly checks: readonly CheckKind[];
  readonly policyVersion: string;
  /** The figures that it was decided by. */
  readonly facts: object;
  /** It fires once, or once in so many days. */
  readonly againAfterDays?: number;
}

/** Writes a trigger down and says so; false when it fired before. */
export async function fireTrigger(db: Db, file: KycFile, fired: FiredTrigger): Promise<boolean> {
  const { playerId, brand } = file;
  const { trigger, checks, policyVersion, facts, againAfterDays } = fired;
  const rows = await db.query(
    `INSERT INTO kyc_trigger AS t (player_id, trigger, checks, policy_version, facts) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (player_id, trigger) DO UPDATE
       SET fired_at = excluded.fired_at, policy_version = excluded.policy_version, facts = excluded.facts
       WHERE t.fired_at <= clock_timestamp() - $6 * interval '1 day' RETURNING trigger`,
    [playerId, trigger, checks, policyVersion, JSON.stringify(facts), againAfterDays ?? null],
  );
  if (rows.length === 0) return false;
  const data = { playerId, brand, trigger, checks: [...checks], policyVersion };
  await record(db, 'kycTriggered', playerId, data);
  return true;
}

/** What has been asked of the player, and what has been proven and still is. */
export async function readStanding(
  db: Db,
  playerId: string,
): Promise<{ asked: CheckKind[][]; passed: CheckKind[]; openCases: number }> {
  const [row] = await db.query<{ asked: CheckKind[][] | null; passed: CheckKind[] | null; cases: number }>(
    `SELECT (SELECT json_agg(checks) FROM kyc_trigger WHERE player_id = $1) AS asked,
       (SELECT array_agg(DISTINCT kind) FROM kyc_check WHERE player_id = $1 AND status = 'approved') AS passed,
       (SELECT count(*)::int FROM screening_case WHERE player_id = $1 AND status <> 'dismissed') AS cases`,
    [playerId],
  );
  return { asked: row?.asked ?? [], passed: row?.passed ?? [], openCases: row?.cases ?? 0 };
}

/**
 * Brings level and hold of a locked file to what stands in the tables now. `always` are checks that the market wants
 * of everybody before the first withdrawal or game.
 */
export async function settleFile(db: Db, file: KycFile, always: readonly CheckKind[]): Promise<void> {
  const { asked, passed, openCases } = await readStanding(db, file.playerId);
  const due = missingChecks([...asked, always], passed);
  const held = due.length > 0 || openCases > 0;
  const reason = openCases > 0 ? 'sanctions-case' : due.length > 0 ? 'identity-not-verified' : 'nothing-due';
  await db.query(
    `UPDATE kyc_file SET held = $2, hold_reason = $3, hold_version = hold_version + 1
     WHERE player_id = $1 AND (held, hold_reason) IS DISTINCT FROM ($2, $3)`,
    [file.playerId, held, reason],
  );
  const level = levelOf(passed);
  if (level === file.level) return;
  await db.query('UPDATE player SET kyc_level = $2 WHERE id = $1', [file.playerId, level]);
  const { playerId, brand } = file;
  const data = { playerId, brand, from: file.level, to: level, changedAt: new Date().toISOString() };
  await record(db, 'kycLevelChanged', playerId, data);
}

export interface UntoldHold {
  readonly playerId: string;
  readonly brand: string;
  readonly held: boolean;
  readonly reason: string;
  readonly version: bigint;
}

/** Holds that the wallet has not heard of. */
export function findUntoldHolds(db: Db, limit: number): Promise<UntoldHold[]> {
  return db.query<UntoldHold>(
    `SELECT f.player_id AS "playerId", p.brand, f.held, f.hold_reason AS reason, f.hold_version AS version
     FROM kyc_file f JOIN player p ON p.id = f.player_id
     WHERE f.hold_told < f.hold_version LIMIT $1`,
    [limit],
  );
}

export async function markHoldTold(db: Db, playerId: string, version: bigint): Promise<void> {
  await db.query('UPDATE kyc_file SET hold_told = greatest(hold_told, $2) WHERE player_id = $1', [
    playerId,
    version.toString(),
  ]);
}

async function record(db: Db, name: keyof typeof kycEvents, playerId: string, data: object): Promise<void> {
  const contract = kycEvents[name];
  const traceparent = activeTraceparent();
  await addToOutbox(db, [{ contract, subject: playerId, partitionKey: playerId, data, traceparent }]);
}

/** Why checks are due, oldest first. */
export function listTriggers(
  db: Db,
  playerId: string,
): Promise<{ trigger: string; checks: string[]; policyVersion: string; firedAt: Date }[]> {
  return db.query(
    `SELECT trigger, checks, policy_version AS "policyVersion", fired_at AS "firedAt"
     FROM kyc_trigger WHERE player_id = $1 ORDER BY fired_at LIMIT 50`,
    [playerId],
  );
}

/** What unverified play is judged by, at the database's time. */
export async function readUnverified(
  db: Db,
  playerId: string,
): Promise<{ registeredAt: Date; now: Date; passed: CheckKind[]; depositedMicroEuros: bigint } | undefined> {
  const [row] = await db.query<{
    registeredAt: Date;
    now: Date;
    passed: CheckKind[] | null;
    depositedMicroEuros: bigint;
  }>({
    name: 'identity-kyc-unverified',
    text: `SELECT created_at AS "registeredAt", clock_timestamp() AS now,
       (SELECT array_agg(DISTINCT kind) FROM kyc_check WHERE player_id = $1 AND status = 'approved') AS passed,
       (SELECT coalesce(sum(micro_euros), 0)::bigint FROM kyc_net_deposit WHERE player_id = $1) AS "depositedMicroEuros"
     FROM player WHERE id = $1`,
    values: [playerId],
  });
  return row && { ...row, passed: row.passed ?? [] };
}
