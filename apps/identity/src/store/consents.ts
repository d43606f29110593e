import {
  accountEvents,
  type Actor,
  type ConsentChangeDto,
  type ConsentDto,
  type Consents,
} from '@baize/contracts';
import { activeTraceparent } from '@baize/messaging';
import { addToOutbox, type Db } from '@baize/persistence';

const HISTORY = 200;

/** Grants and withdraws; what holds already is not written again. Tells of what changed. */
export async function insertConsents(
  db: Db,
  player: { readonly id: string; readonly brand: string },
  actor: Actor,
  consents: readonly ConsentDto[],
): Promise<ConsentDto[]> {
  if (consents.length === 0) return [];
  const changed = await db.query<ConsentDto & { at: Date }>(
    `INSERT INTO consent_change (player_id, product, channel, granted, actor_kind, actor_id)
     SELECT $1, product, channel, granted, $2, $3
     FROM unnest($4::text[], $5::text[], $6::boolean[]) AS wanted (product, channel, granted)
     WHERE granted IS DISTINCT FROM (
       SELECT c.granted FROM consent_change c
       WHERE c.player_id = $1 AND (c.product, c.channel) = (wanted.product, wanted.channel) ORDER BY id DESC LIMIT 1)
     RETURNING product, channel, granted, at`,
    [
      player.id,
      actor.kind,
      actor.id,
      consents.map(({ product }) => product),
      consents.map(({ channel }) => channel),
      consents.map(({ granted }) => granted),
    ],
  );
  const traceparent = activeTraceparent();
  await addToOutbox(
    db,
    changed.map(({ at, ...consent }) => ({
      contract: accountEvents.consentChanged,
      subject: player.id,
      partitionKey: player.id,
      data: { playerId: player.id, brand: player.brand, ...consent, changedAt: at.toISOString() },
      traceparent,
    })),
  );
  return changed.map(({ product, channel, granted }) => ({ product, channel, granted }));
}

/** What holds now, and the newest changes. */
export async function findConsents(db: Db, playerId: string, history = HISTORY): Promise<Consents> {
  const consents = await db.query<ConsentDto>(
    `SELECT DISTINCT ON (product, channel) product, channel, granted FROM consent_change
     WHERE player_id = $1 ORDER BY product, channel, id DESC`,
    [playerId],
  );
  const changes = await db.query<ConsentDto & { kind: Actor['kind']; actor: string; at: Date }>(
    `SELECT product, channel, granted, actor_kind AS kind, actor_id AS actor, at FROM consent_change
     WHERE player_id = $1 ORDER BY id DESC LIMIT $2`,
    [playerId, history],
  );
  return { consents, history: changes.map(toChange) };
}

function toChange({
  product,
  channel,
  granted,
  kind,
  actor,
  at,
}: ConsentDto & { kind: Actor['kind']; actor: string; at: Date }): ConsentChangeDto {
  return { product, channel, granted, actor: { kind, id: actor }, at: at.toISOString() };
}
