import type {
  LimitKind,
  MarketingConsents,
  PostalAddress,
  RestrictedAction,
  RestrictionKind,
} from '@baize/contracts';
import type { Db } from '@baize/persistence';
import type { PlayerStatus } from '../domain/eligibility';
import { forbidsOf } from '../domain/restrictions';

/** The personal data of a player, stored encrypted. */
export interface Profile {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly dateOfBirth: string;
  readonly address: PostalAddress;
  readonly phone?: string;
  readonly device?: { readonly fingerprint?: string; readonly userAgent?: string };
}

export interface NewPlayer {
  readonly id: string;
  readonly personId: string;
  readonly brand: string;
  readonly country: string;
  readonly currency: string;
  readonly emailIndex: Buffer;
  readonly phoneIndex: Buffer | undefined;
  readonly nameBirthIndex: Buffer;
  readonly profile: Buffer;
  readonly passwordHash: string;
  readonly consents: MarketingConsents;
  readonly clickId: string | undefined;
  readonly policyVersion: string;
  /** `pending` when the address must be proven before play. */
  readonly emailState: 'not-asked' | 'pending';
}

/** Inserts the player as pending; false when the brand already has this person, e-mail, phone, or name and birth. */
export async function insertPendingPlayer(db: Db, player: NewPlayer): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO player (id, person_id, brand, status, country, currency, email_index, phone_index,
       name_birth_index, profile, password_hash, consents, click_id, policy_version, email_state)
     VALUES ($1, $2, $3, 'pending', $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     ON CONFLICT DO NOTHING RETURNING id`,
    [
      player.id,
      player.personId,
      player.brand,
      player.country,
      player.currency,
      player.emailIndex,
      player.phoneIndex ?? null,
      player.nameBirthIndex,
      player.profile,
      player.passwordHash,
      JSON.stringify(player.consents),
      player.clickId ?? null,
      player.policyVersion,
      player.emailState,
    ],
  );
  return rows.length === 1;
}

export async function isEmailTaken(db: Db, brand: string, emailIndex: Buffer): Promise<boolean> {
  const rows = await db.query('SELECT FROM player WHERE brand = $1 AND email_index = $2', [
    brand,
    emailIndex,
  ]);
  return rows.length > 0;
}

/** A pending player with what its wallet is opened with. */
export interface PendingPlayer {
  readonly playerId: string;
  readonly brand: string;
  readonly currency: string;
  readonly country: string;
  /** The person's fence as it is now. */
  readonly epoch: bigint;
  readonly forbids: readonly RestrictedAction[];
}

export async function findForOpening(db: Db, playerId: string): Promise<PendingPlayer | undefined> {
  const [row] = await db.query<Omit<PendingPlayer, 'forbids'> & { kinds: RestrictionKind[] }>(
    `SELECT p.id AS "playerId", p.brand, p.currency, p.country, person.epoch, person.restricted_by AS kinds
     FROM player p JOIN person ON person.id = p.person_id WHERE p.id = $1`,
    [playerId],
  );
  if (!row) return undefined;
  const { kinds, ...pending } = row;
  return { ...pending, forbids: forbidsOf(kinds) };
}

export interface ActivatedPlayer {
  readonly id: string;
  readonly brand: string;
  readonly kycLevel: 'none' | 'basic' | 'verified' | 'enhanced';
  readonly country: string;
  readonly currency: string;
  readonly clickId: string | null;
  /** As given at registration. */
  readonly consents: MarketingConsents;
  readonly emailState: 'not-asked' | 'pending' | 'verified';
  readonly createdAt: Date;
}

/** Makes a pending player active; undefined when it is not pending any more. */
export async function activatePlayer(db: Db, playerId: string): Promise<ActivatedPlayer | undefined> {
  const [row] = await db.query<ActivatedPlayer>(
    `UPDATE player SET status = 'active' WHERE id = $1 AND status = 'pending'
     RETURNING id, brand, kyc_level AS "kycLevel", country, currency, click_id AS "clickId",
       consents, email_state AS "emailState", created_at AS "createdAt"`,
    [playerId],
  );
  return row;
}

/** Takes back a player that never came to be; nothing but its registration knows of it. */
export async function deletePendingPlayer(db: Db, playerId: string): Promise<void> {
  await db.query(
    `DELETE FROM limit_epoch WHERE player_id = (SELECT id FROM player WHERE id = $1 AND status = 'pending' FOR UPDATE)`,
    [playerId],
  );
  await db.query(`DELETE FROM player WHERE id = $1 AND status = 'pending'`, [playerId]);
}

export interface StoredPlayer {
  readonly id: string;
  readonly personId: string;
  readonly brand: string;
  readonly status: Exclude<PlayerStatus, 'pending'>;
  readonly kycLevel: 'none' | 'basic' | 'verified' | 'enhanced';
  readonly country: string;
  readonly currency: string;
  readonly profile: Buffer;
  readonly wrappedKey: Buffer;
  readonly consents: MarketingConsents;
  readonly createdAt: Date;
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** What callers name players by is any text; PostgreSQL would fail on one that is no UUID. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

export async function findPlayer(db: Db, playerId: string, brand: string): Promise<StoredPlayer | undefined> {
  if (!isUuid(playerId)) return undefined;
  const [row] = await db.query<StoredPlayer>(
    `SELECT p.id, p.person_id AS "personId", p.brand, p.status, p.kyc_level AS "kycLevel", p.country, p.currency,
       p.profile, k.wrapped_key AS "wrappedKey", p.consents, p.created_at AS "createdAt"
     FROM player p JOIN person_key k USING (person_id)
     WHERE p.id = $1 AND p.brand = $2 AND p.status <> 'pending'`,
    [playerId, brand],
  );
  return row;
}

export interface Standing {
  readonly status: PlayerStatus;
  readonly emailState: 'not-asked' | 'pending' | 'verified';
  readonly epoch: bigint;
  readonly country: string;
  readonly currency: string;
  readonly personId: string;
  /** Kinds of the restrictions in force for the person. */
  readonly restrictedBy: readonly RestrictionKind[];
  /** Kinds of limits that the player has set. */
  readonly limitedBy: readonly LimitKind[];
}

/** What eligibility is decided on; one look-up, because every launch and bet of a new session asks. */
export async function findStanding(db: Db, playerId: string, brand: string): Promise<Standing | undefined> {
  if (!isUuid(playerId)) return undefined;
  const [row] = await db.query<Standing>({
    name: 'identity-standing',
    text: `SELECT p.status, p.email_state AS "emailState", person.epoch, p.country, p.currency, p.person_id AS "personId",
        person.restricted_by AS "restrictedBy",
        array(SELECT l.kind FROM player_limit l WHERE l.player_id = p.id AND l.amount IS NOT NULL) AS "limitedBy"
      FROM player p JOIN person ON person.id = p.person_id
      WHERE p.id = $1 AND p.brand = $2 AND p.status <> 'pending'`,
    values: [playerId, brand],
  });
  return row;
}

/** The person of a player of any brand. */
export async function findPersonOf(db: Db, playerId: string): Promise<string | undefined> {
  if (!isUuid(playerId)) return undefined;
  const [row] = await db.query<{ personId: string }>(
    `SELECT person_id AS "personId" FROM player WHERE id = $1`,
    [playerId],
  );
  return row?.personId;
}

export async function findCountry(db: Db, playerId: string): Promise<string | undefined> {
  const [row] = await db.query<{ country: string }>(`SELECT country FROM player WHERE id = $1`, [playerId]);
  return row?.country;
}

export interface Credentials {
  readonly playerId: string;
  readonly personId: string;
  readonly status: PlayerStatus;
  readonly country: string;
  readonly passwordHash: string;
}

export async function findCredentials(
  db: Db,
  brand: string,
  emailIndex: Buffer,
): Promise<Credentials | undefined> {
  const [row] = await db.query<Credentials>(
    `SELECT id AS "playerId", person_id AS "personId", status, country, password_hash AS "passwordHash"
     FROM player WHERE brand = $1 AND email_index = $2 AND status <> 'pending'`,
    [brand, emailIndex],
  );
  return row;
}

/**
 * Locks the player against changes of status and restrictions until commit: a login that commits after one would leave
 * a session behind it.
 */
export async function lockStatus(
  db: Db,
  playerId: string,
): Promise<{ status: PlayerStatus; restrictedBy: readonly RestrictionKind[] } | undefined> {
  await db.query('SELECT FROM player WHERE id = $1 FOR SHARE', [playerId]);
  // In a later statement than the lock, which a restriction takes too: what it waited for is seen.
  const [row] = await db.query<{ status: PlayerStatus; restrictedBy: RestrictionKind[] }>(
    `SELECT p.status, person.restricted_by AS "restrictedBy" FROM player p JOIN person ON person.id = p.person_id
     WHERE p.id = $1`,
    [playerId],
  );
  return row;
}
