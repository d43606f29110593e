import { randomUUID } from 'node:crypto';
import {
  roundCommands,
  roundQueries,
  type ResolveRound,
  type RoundDto,
  type RoundResolutionForm,
} from '@baize/contracts';
import { replayParked, type RequestClient } from '@baize/messaging';
import { createLogger } from '@baize/runtime';
import { waitFor } from '@baize/testing';
import { eventHandlers } from '../src/event-handlers';
import { idScopeOf, roundPolicyOf } from '../src/providers';
import { RoundResolver } from '../src/round-resolver';
import { EndStuckRoundsUseCase } from '../src/use-cases/end-stuck-rounds/end-stuck-rounds';
import { closeHouse, openHouse } from './conformance/house';
import { brand } from './harness';

/** Who decides about rounds in tests. */
export const actor = { kind: 'client' as const, id: 'client:operator' };

/** The running platform, and what people and time do with rounds there. */
export class RoundsHouse {
  private constructor(readonly running: Awaited<ReturnType<typeof openHouse>>) {}

  static async open(): Promise<RoundsHouse> {
    return new RoundsHouse(await openHouse());
  }

  close(): Promise<void> {
    return closeHouse(this.running);
  }

  /** One more replica of what carries out decisions; its calls go through `client`. */
  resolver(client: RequestClient = this.running.service.client): RoundResolver {
    const log = createLogger('test');
    log.level = 'silent';
    const ends = { policyOf: roundPolicyOf, idScopeOf };
    return new RoundResolver(this.running.service.database, client, ends, log);
  }

  /** One round of the sweep, as every replica does it now and then. */
  sweep(): Promise<void> {
    const { database } = this.running.service;
    return new EndStuckRoundsUseCase(database, this.resolver(), roundPolicyOf).execute();
  }

  resolve(roundId: string, form: RoundResolutionForm, key: string = randomUUID()) {
    const idempotency = { key, caller: actor.id, bodySha256: '0'.repeat(64) };
    const request: ResolveRound = { roundId, brand, form, actor, idempotency };
    return this.running.service.client.call(roundCommands.resolveRound, request);
  }

  /** Sees what was decided about a round through, as the sweep does with what nobody tried for a while. */
  async finish(roundId: string): Promise<void> {
    const untried = `UPDATE round_resolution SET tried_at = clock_timestamp() - interval '1 min' WHERE round_id = $1`;
    await waitFor(async () => {
      await this.running.service.database.query(untried, [roundId]);
      await this.sweep();
      return (await this.roundOf(roundId)).resolutions?.every(({ status }) => status !== 'pending');
    });
  }

  async roundOf(roundId: string): Promise<RoundDto> {
    const found = await this.running.service.client.call(roundQueries.getRound, { roundId, brand });
    if (!found.ok) throw new Error(found.error.code);
    return found.value;
  }

  /** The only round of a player, once it has so many actions. */
  async onlyRound(playerId: string, actions: number): Promise<RoundDto> {
    const { client } = this.running.service;
    let round: RoundDto | undefined;
    await waitFor(async () => {
      const page = await client.call(roundQueries.listPlayerRounds, { playerId, brand });
      round = page.ok ? page.value.items[0] : undefined;
      return round?.actions.length === actions;
    });
    return round!;
  }

  told(type: string, roundId: string) {
    return this.running.service.database.query<{ data: object }>(
      'SELECT data FROM outbox WHERE type = $1 AND subject = $2',
      [`game-sessions.event.${type}.v1`, roundId],
    );
  }

  async stuck(): Promise<string[]> {
    const page = await this.running.service.client.call(roundQueries.listStuckRounds, { brand, limit: 200 });
    return page.ok ? page.value.items.map(({ id }) => id) : [];
  }

  /** As time does. */
  overdue(roundId: string): Promise<unknown> {
    return this.running.service.database.query(
      `UPDATE round SET due_at = clock_timestamp() - interval '1 s' WHERE id = $1`,
      [roundId],
    );
  }

  /** From now on the wallet's events of the player wait. */
  async park(playerId: string): Promise<void> {
    await this.running.service.database.query(
      `INSERT INTO parked_key (consumer, partition_key, reason) VALUES ('game-sessions', $1, 'test')`,
      [playerId],
    );
  }

  /** Applies what waits, once there are so many events. */
  async unpark(playerId: string, events: number): Promise<void> {
    const { database } = this.running.service;
    await waitFor(async () => {
      const waiting = await database.query('SELECT 1 FROM parked_event WHERE partition_key = $1', [playerId]);
      return waiting.length >= events;
    });
    const { stuck } = await replayParked(database, eventHandlers(), playerId);
    expect(stuck).toEqual([]);
  }

  expectState(roundId: string, state: RoundDto['state']) {
    return waitFor(async () => (await this.roundOf(roundId)).state === state);
  }
}
