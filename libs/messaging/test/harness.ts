import type { NatsConnection } from 'nats';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { eventContracts, walletEvents, type ServiceName } from '@baize/contracts';
import { addToOutbox, inboxSql, outboxSql, type Database, type Db } from '@baize/persistence';
import {
  connectBroker,
  ensureStreams,
  EventHandlers,
  onEvents,
  streamName,
  type EventEnvelope,
  type Log,
} from '../src/index';

/** The tables of a service, and a record of effects that shows a second application. */
export class MessagingTables1700000000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(outboxSql);
    await runner.query(inboxSql);
    await runner.query(
      'CREATE TABLE effect (position bigserial PRIMARY KEY, event_id uuid NOT NULL, key text NOT NULL, sequence bigint NOT NULL)',
    );
  }
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE effect');
  }
}

export const ACK_WAIT_MS = 1_000;
export const consumer: ServiceName = 'game-sessions';

export const quiet: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A repeatable generator; the seed is printed so that a failure can be run again with BAIZE_TEST_SEED. */
export function seeded(): () => number {
  const seed = Number(process.env.BAIZE_TEST_SEED ?? Date.now() % 1_000_000_007);
  process.stdout.write(`seed ${seed}\n`);
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export async function connectWithStreams(url: string): Promise<NatsConnection> {
  const nc = await connectBroker({ url, user: 'wallet', name: 'test' });
  await ensureStreams(nc, { ackWaitMs: ACK_WAIT_MS });
  return nc;
}

/** Writes one bet of the player to the outbox of the transaction. */
export function addBet(db: Db, playerId: string): Promise<void> {
  const { sample } = walletEvents.betPlaced;
  const data = Object.assign({}, sample, { playerId });
  return addToOutbox(db, [
    { contract: walletEvents.betPlaced, subject: playerId, partitionKey: playerId, data },
  ]);
}

/** Commits `count` bets of players drawn at random, `writers` transactions at a time. */
export async function placeBets(
  db: Database,
  options: { count: number; players: number; random: () => number; writers?: number },
): Promise<void> {
  let left = options.count;
  const writer = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const player = `player-${Math.floor(options.random() * options.players)}`;
      const rollBack = options.random() < 0.05;
      await db.transactions
        .run(async (tx) => {
          await addBet(tx, player);
          if (rollBack) throw new RangeError('rolled back on purpose');
        })
        .catch((error: unknown) => {
          if (!(error instanceof RangeError)) throw error;
        });
    }
  };
  await Promise.all(Array.from({ length: options.writers ?? 8 }, writer));
}

/** Everything in the wallet's stream, in stream order. */
export async function publishedEvents(nc: NatsConnection): Promise<EventEnvelope[]> {
  const manager = await nc.jetstreamManager();
  const { state } = await manager.streams.info(streamName('wallet'));
  const events: EventEnvelope[] = [];
  for (let seq = Math.max(state.first_seq, 1); seq <= state.last_seq; seq += 1) {
    const stored = await manager.streams.getMessage(streamName('wallet'), { seq });
    events.push(stored.json<EventEnvelope>());
  }
  return events;
}

export async function outboxIds(db: Database): Promise<string[]> {
  const rows = await db.query<{ event_id: string }>('SELECT event_id FROM outbox ORDER BY id');
  return rows.map((row) => row.event_id);
}

/** Handlers that record every effect in its order. */
export function recordingHandlers(
  beforeEach: (event: EventEnvelope) => void | Promise<void> = () => undefined,
): EventHandlers {
  const consumed = eventContracts.filter((contract) => contract.consumers.includes(consumer));
  return new EventHandlers(consumer, [
    onEvents(consumed, async (db, events) => {
      for (const event of events) {
        await beforeEach(event);
        await db.query('INSERT INTO effect (event_id, key, sequence) VALUES ($1, $2, $3)', [
          event.id,
          event.partitionkey,
          event.sequence,
        ]);
      }
    }),
  ]);
}

export interface Effect {
  event_id: string;
  key: string;
  sequence: bigint;
}

export function effects(db: Database): Promise<Effect[]> {
  return db.query<Effect>('SELECT event_id, key, sequence FROM effect ORDER BY position');
}

/** Fails unless within every key the sequences only grow. */
export function expectOrderPerKey(events: readonly { key: string; sequence: number | bigint }[]): void {
  const last = new Map<string, number>();
  for (const { key, sequence } of events) {
    const before = last.get(key) ?? 0;
    if (Number(sequence) <= before) throw new Error(`${key}: ${String(sequence)} came after ${before}`);
    last.set(key, Number(sequence));
  }
}

export const keyed = (event: EventEnvelope) => ({ key: event.partitionkey, sequence: event.sequence });
