import {
  touchpointCommands,
  type ApplyRestriction,
  type RestrictedPlayer,
  type RestrictionKind,
} from '@baize/contracts';
import type { Db } from '@baize/persistence';
import { forbiddenTo, type PlayerStatus } from '../domain/eligibility';
import { endSession } from './events';
import { insertRestriction, numberRestriction, type NewRestriction } from './restrictions';

/** A person with everybody who turned out to be the same one, locked. */
export interface Group {
  readonly rootId: string;
  readonly personIds: readonly string[];
  readonly epoch: number;
}

/**
 * Locks all persons that are the same one, until commit: restrictions of a person come one after the other, and an
 * account that is being opened for it is either seen or waits.
 */
export async function lockGroup(db: Db, personId: string): Promise<Group> {
  for (;;) {
    const [root] = await db.query<{ id: string; isRoot: boolean }>(
      `SELECT id, root_id IS NULL AS "isRoot" FROM person
       WHERE id = (SELECT coalesce(root_id, id) FROM person WHERE id = $1) FOR UPDATE`,
      [personId],
    );
    if (!root) throw new Error('a player lost its person');
    // Linked to another one while it was waited for: that one's group is the one to lock.
    if (!root.isRoot) continue;
    // In a later statement: it sees who joined during the wait, and whoever wants to join now waits for the root.
    const rows = await db.query<{ id: string; epoch: bigint }>(
      `SELECT id, epoch FROM person WHERE id = $1 OR root_id = $1 ORDER BY id FOR UPDATE`,
      [root.id],
    );
    if (!rows.some(({ id }) => id === personId)) continue;
    return {
      rootId: root.id,
      personIds: rows.map(({ id }) => id),
      epoch: Math.max(...rows.map(({ epoch }) => Number(epoch))),
    };
  }
}

/** Makes one group of two persons' groups, locked; a person that is in both is in one already. */
export async function linkGroups(db: Db, personId: string, otherId: string): Promise<Group> {
  // In the order of their ids: two links of the same persons would deadlock otherwise.
  const [first, second] = personId < otherId ? [personId, otherId] : [otherId, personId];
  const group = await lockGroup(db, first);
  if (group.personIds.includes(second)) return group;
  const joining = await lockGroup(db, second);
  await db.query(`UPDATE person SET root_id = $1 WHERE id = ANY ($2)`, [group.rootId, joining.personIds]);
  return {
    rootId: group.rootId,
    personIds: [...group.personIds, ...joining.personIds],
    epoch: Math.max(group.epoch, joining.epoch),
  };
}

type AccountOfPerson = Omit<RestrictedPlayer, 'forbids'> & { status: PlayerStatus };

function restrictedPlayer(
  { status, ...player }: AccountOfPerson,
  kinds: readonly RestrictionKind[],
): RestrictedPlayer {
  return { ...player, forbids: forbiddenTo(status, kinds) };
}

/** Touchpoints that hear of a change from identity, in the order in which they are shown. */
export const touchpoints = [...Object.keys(touchpointCommands), 'gateway'] as const;

/**
 * Writes down what restricts the group now as its next epoch and the next of all changes, ends the sessions of whoever
 * may not be logged in any more, and leaves a delivery for each touchpoint. Identity itself has applied it with that.
 * The counter is drawn last: who holds it holds up every other change.
 */
export async function changeFence(db: Db, { personIds, rootId, epoch }: Group): Promise<ApplyRestriction> {
  const kinds = await activeKinds(db, personIds);
  const accounts = await db.query<AccountOfPerson>(
    // Of a login that is under way either its session is ended here, or it waits and then sees the restriction.
    `SELECT id AS "playerId", brand, currency, status FROM player WHERE person_id = ANY ($1) ORDER BY id FOR NO KEY UPDATE`,
    [personIds],
  );
  const players = accounts.map((account) => restrictedPlayer(account, kinds));
  await endSessions(
    db,
    players.filter(({ forbids }) => forbids.includes('login')),
  );
  // One statement: whoever else is restricted now waits for the counter until the commit.
  const [next] = await db.query<{ sequence: bigint }>(
    `WITH next AS (UPDATE restriction_sequence SET last = last + 1 RETURNING last AS sequence),
       changed AS (UPDATE person SET epoch = $2, fence_sequence = next.sequence, restricted_by = $3 FROM next WHERE id = ANY ($1)),
       deliveries AS (
         INSERT INTO fence_delivery (sequence, service, person_id, applied_at)
         SELECT next.sequence, service, $4, CASE WHEN service = 'identity' THEN clock_timestamp() END
         FROM next, unnest($5::text[]) service)
     SELECT sequence FROM next`,
    [personIds, epoch + 1, kinds, rootId, [...touchpoints, 'identity']],
  );
  const sequence = Number(next!.sequence);
  return { sequence, epoch: epoch + 1, players };
}

/** Restricts everybody of a locked group: see {@link changeFence}. */
export async function restrict(db: Db, group: Group, restriction: NewRestriction): Promise<ApplyRestriction> {
  await insertRestriction(db, restriction, group.personIds);
  const change = await changeFence(db, group);
  await numberRestriction(db, restriction.id, change);
  return change;
}

/**
 * Locks everybody whom a registration could be, so that nothing is restricted meanwhile.
 * @returns kinds of the restrictions in force for any of them
 */
export async function lockRestrictions(db: Db, personIds: readonly string[]): Promise<RestrictionKind[]> {
  const groups: Group[] = [];
  for (const personId of personIds) groups.push(await lockGroup(db, personId));
  return activeKinds(
    db,
    groups.flatMap(({ personIds: members }) => members),
  );
}

/** Says that these persons are one; what restricts one of them restricts all from the commit on. */
export async function joinPersons(db: Db, personId: string, others: readonly string[]): Promise<void> {
  let group: Group | undefined;
  for (const other of others) {
    if (other !== personId && !group?.personIds.includes(other))
      group = await linkGroups(db, personId, other);
  }
  if (group) await changeFence(db, group);
}

async function activeKinds(db: Db, personIds: readonly string[]): Promise<RestrictionKind[]> {
  const rows = await db.query<{ kind: RestrictionKind }>(
    `SELECT DISTINCT kind FROM restriction WHERE person_id = ANY ($1) AND ended_at IS NULL ORDER BY kind`,
    [personIds],
  );
  return rows.map(({ kind }) => kind);
}

async function endSessions(db: Db, players: readonly RestrictedPlayer[]): Promise<void> {
  const sessions = await db.query<{ id: string }>(
    `SELECT id FROM player_session WHERE player_id = ANY ($1) AND ended_at IS NULL`,
    [players.map(({ playerId }) => playerId)],
  );
  for (const { id } of sessions) await endSession(db, id, 'revoked');
}

/** The newest change that is committed. */
export async function newestSequence(db: Db): Promise<number> {
  const [row] = await db.query<{ last: bigint }>({
    name: 'identity-newest-sequence',
    text: `SELECT last FROM restriction_sequence`,
  });
  return Number(row!.last);
}

/** Changes after a sequence, oldest first; of a person that changed again only the newest is left. */
export async function listChanges(db: Db, after: number, limit: number): Promise<ApplyRestriction[]> {
  const rows = await db.query<{
    sequence: bigint;
    epoch: bigint;
    kinds: RestrictionKind[];
    accounts: AccountOfPerson[];
  }>(
    `SELECT c.fence_sequence AS sequence, c.epoch, c.restricted_by AS kinds,
       coalesce(json_agg(json_build_object('playerId', p.id, 'brand', p.brand, 'currency', p.currency, 'status', p.status)
           ORDER BY p.id) FILTER (WHERE p.id IS NOT NULL), '[]') AS accounts
     FROM (SELECT fence_sequence, max(epoch) AS epoch, min(restricted_by) AS restricted_by, array_agg(id) AS persons
           FROM person WHERE fence_sequence > $1 GROUP BY fence_sequence ORDER BY fence_sequence LIMIT $2) c
     LEFT JOIN player p ON p.person_id = ANY (c.persons)
     GROUP BY c.fence_sequence, c.epoch, c.restricted_by ORDER BY c.fence_sequence`,
    [after, limit],
  );
  return rows.map(({ sequence, epoch, kinds, accounts }) => ({
    sequence: Number(sequence),
    epoch: Number(epoch),
    players: accounts.map((account) => restrictedPlayer(account, kinds)),
  }));
}

/** The person's state as it stands, for whoever has not applied it yet. */
export async function currentChange(db: Db, personId: string): Promise<ApplyRestriction | undefined> {
  const [row] = await db.query<{ sequence: bigint }>(
    `SELECT fence_sequence AS sequence FROM person WHERE id = $1`,
    [personId],
  );
  if (!row) return undefined;
  const [change] = await listChanges(db, Number(row.sequence) - 1, 1);
  return change;
}
