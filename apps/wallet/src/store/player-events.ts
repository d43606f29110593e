import type { EventContract } from '@baize/contracts';
import { activeTraceparent } from '@baize/messaging';
import type { Db } from '@baize/persistence';
import { uuidv7 } from 'uuidv7';

/** A fact about a player, with the contract that its data satisfies. */
export interface PlayerEvent<Data extends object = object> {
  readonly contract: Pick<EventContract<Data>, 'type'>;
  readonly data: Data;
}

/** Ties the data to its contract. */
export function playerEvent<Data extends object>(
  contract: Pick<EventContract<Data>, 'type'>,
  data: Data,
): PlayerEvent {
  return { contract, data };
}

/**
 * Writes events of a player to the outbox of the running transaction, which must hold the player's anchor: the
 * sequence is the one that the posting function draws from, so it stays gap-free over both.
 */
export async function addPlayerEvents(
  db: Db,
  playerId: string,
  events: readonly PlayerEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map(({ contract, data }) => ({ event_id: uuidv7(), type: contract.type, data }));
  await db.query({
    name: 'add-player-events',
    text: `WITH drawn AS (
        UPDATE anchor SET event_sequence = event_sequence + $2 WHERE player_id = $1 RETURNING event_sequence - $2 AS before
      )
      INSERT INTO outbox (event_id, type, subject, partition_key, sequence, traceparent, data)
      SELECT e.event_id, e.type, $1::uuid::text, $1::uuid::text, drawn.before + e.position, $4, e.data
      FROM drawn, ROWS FROM (json_to_recordset($3::json) AS (event_id uuid, type text, data json))
        WITH ORDINALITY AS e(event_id, type, data, position)
      ORDER BY e.position`,
    values: [playerId, events.length, JSON.stringify(rows), activeTraceparent() ?? null],
  });
}
