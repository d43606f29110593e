import { randomUUID } from 'node:crypto';
import {
  fenceQueries,
  restrictionChanged,
  touchpointCommands,
  type AskRestrictionSequence,
  type ExclusionKind,
  type RestrictionKind,
  type ServiceName,
} from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { forbidsOf } from '../../apps/identity/src/domain/restrictions';
import { lockGroup, restrict } from '../../apps/identity/src/store/fences';
import { findStanding } from '../../apps/identity/src/store/players';
import { compliance, type Guest } from './guest';
import type { Way } from './platform';

type Impose = (guest: Guest, self: Way) => Promise<void>;

async function exclude(guest: Guest, way: Way, kind: ExclusionKind, duration: string | null): Promise<void> {
  const form = { kind, duration, reason: 'test' };
  await guest.platform.done(way, 'POST', `/v1/players/${guest.id}/exclusions`, form);
}

/** Restricts in identity alone, as whatever finds a restriction there does; delivering it is left to identity. */
async function restrictInIdentity(guest: Guest, kind: RestrictionKind): Promise<void> {
  const { identity } = guest.platform.databases;
  await identity.transactions.run(async (db) => {
    const standing = await findStanding(db, guest.id, 'demo');
    if (!standing) throw new Error('there is no such player');
    const { personId } = standing;
    const group = await lockGroup(db, personId);
    const id = randomUUID();
    const of = {
      id,
      personId,
      brand: 'demo',
      playerId: guest.id,
      actor: { kind: 'system', id: 'test' },
    } as const;
    const restriction = { ...of, kind, reason: 'test', expiresAt: null, policyVersion: 'test' };
    await restrict(db, group, restriction);
  });
}

async function untilEverywhere({ id, platform }: Guest): Promise<void> {
  const isEverywhere = async () => {
    const [row] = await platform.databases.identity.query<{ open: bigint }>(
      `SELECT count(*) AS open FROM fence_delivery d JOIN player p ON p.id = $1
       JOIN person o ON o.id = p.person_id AND d.person_id = coalesce(o.root_id, o.id) WHERE d.applied_at IS NULL`,
      [id],
    );
    return row?.open === 0n;
  };
  await waitFor(isEverywhere, { what: 'the restriction everywhere' });
}

/** How a restriction of each kind comes about. */
export const impose: Readonly<Record<RestrictionKind, Impose>> = {
  'time-out': (guest, self) => exclude(guest, self, 'time-out', 'PT24H'),
  'self-exclusion': (guest, self) => exclude(guest, self, 'self-exclusion', 'P6M'),
  'operator-block': (guest) => exclude(guest, compliance, 'operator-block', null),
  'national-register': async (guest) => {
    await restrictInIdentity(guest, 'national-register');
    await untilEverywhere(guest);
  },
};

/** Tells one touchpoint of a restriction, and nobody else, not even identity. */
export async function tellAlone(service: ServiceName, guest: Guest, kind: RestrictionKind): Promise<void> {
  if (service === 'identity') return restrictInIdentity(guest, kind);
  const players = [{ playerId: guest.id, brand: 'demo', currency: 'EUR', forbids: forbidsOf([kind]) }];
  // Of an epoch that no other change of this person reaches, and of no place in the sequence of changes.
  const change = { sequence: 0, epoch: 1_000, players };
  if (service in touchpointCommands) {
    const contract = touchpointCommands[service as keyof typeof touchpointCommands];
    const applied = await guest.platform.ask(contract, change);
    if (!applied.ok) throw new Error(applied.error.code);
    return;
  }
  const { broker, client } = guest.platform;
  // The edge asks for the newest change as soon as it has applied one: the first question may be of the moment before.
  const asked = broker.subscribe(fenceQueries.askRestrictionSequence.subject);
  client.tell(restrictionChanged, change);
  let questions = 0;
  for await (const message of asked) {
    if (message.json<AskRestrictionSequence>().service === service) questions += 1;
    if (questions === 2) asked.unsubscribe();
  }
}
