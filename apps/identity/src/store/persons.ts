import type { Db } from '@baize/persistence';
import type { IdentifierKind } from '../crypto/blind-index';

export interface Identifier {
  readonly kind: IdentifierKind;
  readonly digest: Buffer;
}

/** A person with the sealed data key. */
export interface PersonRow {
  readonly id: string;
  readonly wrappedKey: Buffer;
}

/**
 * Lets one registration at a time look for and create the person behind these identifiers, across brands and
 * processes. Sorted, because two registrations that share several would deadlock otherwise.
 */
export async function lockIdentifiers(db: Db, identifiers: readonly Identifier[]): Promise<void> {
  const keys = identifiers.map(({ digest }) => digest.readBigInt64BE(0)).sort((a, b) => (a < b ? -1 : 1));
  for (const key of keys) {
    await db.query('SELECT pg_advisory_xact_lock($1)', [key.toString()]);
  }
}

/** A person who is known; the key is gone when the person was erased and an exclusion still finds them. */
export interface KnownPerson {
  readonly id: string;
  readonly wrappedKey: Buffer | null;
}

/** The person known by the first of these identifiers that anybody is known by. */
export async function findPerson(
  db: Db,
  identifiers: readonly Identifier[],
): Promise<KnownPerson | undefined> {
  const [row] = await db.query<KnownPerson>(
    `SELECT i.person_id AS id, k.wrapped_key AS "wrappedKey"
     FROM unnest($1::bytea[]) WITH ORDINALITY AS wanted (digest, rank)
     JOIN person_identifier i USING (digest) LEFT JOIN person_key k USING (person_id)
     ORDER BY wanted.rank LIMIT 1`,
    [identifiers.map(({ digest }) => digest)],
  );
  return row;
}

/** Everybody known by any of these identifiers. */
export async function findPersons(db: Db, identifiers: readonly Identifier[]): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `SELECT DISTINCT person_id AS id FROM person_identifier WHERE digest = ANY ($1) ORDER BY 1`,
    [identifiers.map(({ digest }) => digest)],
  );
  return rows.map(({ id }) => id);
}

/** @param masterKeyId of the master key that sealed the person's */
export async function insertPerson(db: Db, person: PersonRow, masterKeyId: string): Promise<void> {
  await db.query('INSERT INTO person (id) VALUES ($1)', [person.id]);
  await insertPersonKey(db, person, masterKeyId);
}

/** A key for a new person, or for one whose data was erased. */
export async function insertPersonKey(db: Db, person: PersonRow, masterKeyId: string): Promise<void> {
  await db.query('INSERT INTO person_key (person_id, wrapped_key, master_key_id) VALUES ($1, $2, $3)', [
    person.id,
    person.wrappedKey,
    masterKeyId,
  ]);
}

/** Remembers what a person is known by; an identifier keeps the person it had first. */
export async function addIdentifiers(
  db: Db,
  personId: string,
  identifiers: readonly Identifier[],
): Promise<void> {
  await db.query(
    `INSERT INTO person_identifier (digest, kind, person_id)
     SELECT digest, kind, $3 FROM unnest($1::bytea[], $2::text[]) AS known (digest, kind)
     ON CONFLICT (digest) DO NOTHING`,
    [identifiers.map(({ digest }) => digest), identifiers.map(({ kind }) => kind), personId],
  );
}

/** The sealed data key of a person; undefined once the person was erased. */
export async function findPersonKey(db: Db, personId: string): Promise<Buffer | undefined> {
  const [row] = await db.query<{ key: Buffer }>(
    'SELECT wrapped_key AS key FROM person_key WHERE person_id = $1',
    [personId],
  );
  return row?.key;
}

/** Some persons whose keys another master key sealed, in the order of their ids; locked against erasure until commit. */
export async function findStaleKeys(
  db: Db,
  masterKeyId: string,
  after: string | undefined,
  limit: number,
): Promise<PersonRow[]> {
  return db.query<PersonRow>(
    `SELECT person_id AS id, wrapped_key AS "wrappedKey" FROM person_key
     WHERE master_key_id <> $1 AND ($2::uuid IS NULL OR person_id > $2) ORDER BY person_id LIMIT $3 FOR UPDATE`,
    [masterKeyId, after ?? null, limit],
  );
}

export async function replaceKeys(db: Db, keys: readonly PersonRow[], masterKeyId: string): Promise<void> {
  await db.query(
    `UPDATE person_key k SET wrapped_key = renewed.wrapped, master_key_id = $3
     FROM unnest($1::uuid[], $2::bytea[]) AS renewed (id, wrapped) WHERE k.person_id = renewed.id`,
    [keys.map(({ id }) => id), keys.map(({ wrappedKey }) => wrappedKey), masterKeyId],
  );
}
