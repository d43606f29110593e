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

/** The person known by the first of these identifiers that anybody is known by. */
export async function findPerson(db: Db, identifiers: readonly Identifier[]): Promise<PersonRow | undefined> {
  const [row] = await db.query<PersonRow>(
    `SELECT i.person_id AS id, k.wrapped_key AS "wrappedKey"
     FROM unnest($1::bytea[]) WITH ORDINALITY AS wanted (digest, rank)
     JOIN person_identifier i USING (digest) JOIN person_key k USING (person_id)
     ORDER BY wanted.rank LIMIT 1`,
    [identifiers.map(({ digest }) => digest)],
  );
  return row;
}

export async function insertPerson(db: Db, person: PersonRow): Promise<void> {
  await db.query('INSERT INTO person (id) VALUES ($1)', [person.id]);
  await db.query('INSERT INTO person_key (person_id, wrapped_key) VALUES ($1, $2)', [
    person.id,
    person.wrappedKey,
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
