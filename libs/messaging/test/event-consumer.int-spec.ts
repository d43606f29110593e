import { headers, type NatsConnection } from 'nats';
import { createTestDatabase, startNatsServer, startProcess, waitFor } from '@baize/testing';
import type { PrivateServer, TestDatabase } from '@baize/testing';
import { walletEvents } from '@baize/contracts';
import { Database } from '@baize/persistence';
import {
  connectBroker,
  deadLetterCommand,
  EventConsumer,
  eventSubject,
  OutboxRelay,
  streamName,
  type EventEnvelope,
  type EventHandlers,
} from '../src/index';
import {
  addBet,
  connectWithStreams,
  consumer,
  effects,
  expectOrderPerKey,
  MessagingTables1700000000001,
  outboxIds,
  placeBets,
  publishedEvents,
  quiet,
  recordingHandlers,
  seeded,
} from './harness';

describe('event consumer', () => {
  let nats: PrivateServer;
  let source: TestDatabase;
  let target: TestDatabase;
  /** The wallet's database, and that of the consumer. */
  let wallet: Database;
  let db: Database;
  let nc: NatsConnection;
  let relay: OutboxRelay;
  const consumers: EventConsumer[] = [];
  const brokers: NatsConnection[] = [];

  beforeEach(async () => {
    nats = await startNatsServer();
    nc = await connectWithStreams(nats.url);
    const migrations = [MessagingTables1700000000001];
    source = await createTestDatabase({ migrations });
    target = await createTestDatabase({ migrations });
    wallet = new Database({ url: source.url });
    db = new Database({ url: target.url, poolSize: 20 });
    relay = new OutboxRelay({ service: 'wallet', database: wallet, broker: nc, log: quiet });
    relay.start();
  });
  afterEach(async () => {
    await Promise.all(consumers.splice(0).map((one) => one.stop()));
    await relay.stop();
    await Promise.all(brokers.splice(0).map((one) => one.close()));
    await nc.close();
    await nats.stop();
    await Promise.all([wallet.close(), db.close()]);
    await Promise.all([source.drop(), target.drop()]);
  });

  async function startConsumer(handlers: EventHandlers = recordingHandlers()): Promise<EventConsumer> {
    const broker = await connectBroker({ url: nats.url, user: consumer, name: 'consumer' });
    brokers.push(broker);
    const started = new EventConsumer({ database: db, broker, handlers, log: quiet });
    consumers.push(started);
    started.start();
    return started;
  }

  const applied = async (): Promise<number> => (await effects(db)).length;

  /** Every event of the outbox has had its effect, once, a player's in order. */
  async function expectAppliedOnceInOrder(): Promise<void> {
    const expected = await outboxIds(wallet);
    await waitFor(async () => (await applied()) >= expected.length);
    const found = await effects(db);
    expect(found.map((effect) => effect.event_id).sort()).toEqual([...expected].sort());
    expectOrderPerKey(found);
  }

  it('applies each event once and in order while two replicas run and come and go', async () => {
    const random = seeded();
    const first = await startConsumer();
    await startConsumer();
    const writing = placeBets(wallet, { count: 600, players: 40, random });
    await waitFor(async () => (await applied()) > 100);
    await first.stop();
    await startConsumer();
    await writing;
    await expectAppliedOnceInOrder();
  });

  it('drains: after stop nothing is left unacknowledged', async () => {
    const one = await startConsumer();
    await placeBets(wallet, { count: 300, players: 40, random: seeded() });
    await waitFor(async () => (await applied()) > 50);
    await one.stop();
    const manager = await nc.jetstreamManager();
    for await (const info of manager.consumers.list(streamName('wallet')))
      expect(info.num_ack_pending).toBe(0);
    await startConsumer();
    await expectAppliedOnceInOrder();
  });

  it.each(['before commit', 'after commit'])(
    'loses nothing, applies nothing twice and keeps the order when it is killed %s with events in hand',
    async (moment) => {
      const random = seeded();
      await placeBets(wallet, { count: 200, players: 20, random });
      const child = await startProcess({
        args: ['-r', './libs/messaging/test/typescript.cjs', 'libs/messaging/test/consumer-process.ts'],
        env: { DATABASE_URL: target.url, NATS_URL: nats.url, HANG: moment },
        ready: (output) => output.includes('hanging'),
      });
      await child.kill();
      expect((await applied()) > 0).toBe(moment === 'after commit');
      await placeBets(wallet, { count: 50, players: 20, random });
      await startConsumer();
      await expectAppliedOnceInOrder();
    },
  );

  it('applies nothing twice when events come two to five times and shuffled', async () => {
    const random = seeded();
    await placeBets(wallet, { count: 200, players: 20, random });
    await waitFor(async () => (await wallet.query('SELECT FROM outbox_pending')).length === 0);
    const originals = await publishedEvents(nc);
    const copies = originals.flatMap((event) =>
      Array.from({ length: 1 + Math.floor(random() * 4) }, () => event),
    );
    copies.sort(() => random() - 0.5);
    // without a message id, as after the broker's window of deduplication
    for (const event of copies) {
      await nc.jetstream().publish(eventSubject(event, event.partitionkey), JSON.stringify(event));
    }
    await startConsumer();
    await placeBets(wallet, { count: 20, players: 20, random });
    await expectAppliedOnceInOrder();
    const manager = await nc.jetstreamManager();
    await waitFor(async () => {
      for await (const info of manager.consumers.list(streamName('wallet'))) {
        if (info.num_pending + info.num_ack_pending > 0) return false;
      }
      return true;
    });
    await expectAppliedOnceInOrder();
  });

  it('keeps the order when deliveries are lost on the way', async () => {
    await startConsumer();
    await placeBets(wallet, { count: 50, players: 8, random: seeded() });
    await expectAppliedOnceInOrder();
    // someone takes messages of every range and drops them, as a broken connection would
    const manager = await nc.jetstreamManager();
    let dropped = 0;
    for await (const info of manager.consumers.list(streamName('wallet'))) {
      const subscription = nc.subscribe(`drop.${info.name}`, { callback: () => (dropped += 1) });
      await nc.flush();
      nc.publish(
        `$JS.API.CONSUMER.MSG.NEXT.${streamName('wallet')}.${info.name}`,
        JSON.stringify({ batch: 7, expires: 60_000_000_000 }),
        { reply: `drop.${info.name}` },
      );
      subscription.unsubscribe(200);
    }
    await placeBets(wallet, { count: 200, players: 8, random: seeded() });
    await expectAppliedOnceInOrder();
    expect(dropped).toBeGreaterThan(0);
  });

  it('parks poison events with their players, lets others go on, and restores all on replay', async () => {
    const random = seeded();
    let poisoned = true;
    const isPoison = (event: EventEnvelope) =>
      poisoned && /[05]$/.test(event.partitionkey) && event.sequence === 3;
    const handlers = recordingHandlers((event) => {
      if (isPoison(event)) throw new TypeError(`cannot read ${event.partitionkey}`);
    });
    await startConsumer(handlers);
    await placeBets(wallet, { count: 400, players: 20, random });
    const events = await outboxIds(wallet);
    const blocked = await wallet.query<{ n: bigint }>(
      `SELECT count(*) AS n FROM outbox WHERE partition_key ~ '[05]$' AND sequence >= 3`,
    );
    const parkedCount = Number(blocked[0]?.n);
    expect(parkedCount).toBeGreaterThan(4);
    await waitFor(async () => (await db.query('SELECT FROM parked_event')).length === parkedCount);
    await waitFor(async () => (await applied()) === events.length - parkedCount);

    const printed: string[] = [];
    const command = (...argv: string[]) =>
      deadLetterCommand(db, handlers, argv, (text) => void printed.push(...text.trim().split('\n')));
    expect(await command('list')).toBe(0);
    expect(printed).toHaveLength(4);
    expect(JSON.parse(printed[0] ?? '')).toMatchObject({
      reason: expect.stringContaining('TypeError: cannot read'),
    });
    expect(await command('replay')).toBe(1);
    expect((await db.query('SELECT FROM parked_event')).length).toBe(parkedCount);

    poisoned = false;
    const writing = placeBets(wallet, { count: 100, players: 20, random });
    expect(await command('replay')).toBe(0);
    await writing;
    await waitFor(async () => {
      await command('replay');
      return (await db.query('SELECT FROM parked_event')).length === 0 && (await applied()) >= events.length;
    });
    await expectAppliedOnceInOrder();
    expect(await db.query('SELECT FROM parked_key')).toHaveLength(0);
    expect(await command('nonsense')).toBe(2);
  });

  it('discards what is given up, for good, and goes on with the rest of the key', async () => {
    const handlers = recordingHandlers((event) => {
      if (event.sequence === 2) throw new Error('poison');
    });
    await startConsumer(handlers);
    for (let i = 0; i < 3; i += 1) await wallet.transactions.run((tx) => addBet(tx, 'player-1'));
    await waitFor(async () => (await db.query('SELECT FROM parked_event')).length === 2);
    const [first] = await db.query<{ event_id: string }>('SELECT event_id FROM parked_event ORDER BY id');
    const silent = () => undefined;
    expect(
      await deadLetterCommand(db, handlers, ['discard', 'player-1', first?.event_id ?? ''], silent),
    ).toBe(0);
    expect(await deadLetterCommand(db, handlers, ['replay', 'player-1'], silent)).toBe(0);
    await wallet.transactions.run((tx) => addBet(tx, 'player-1'));
    await waitFor(async () => (await applied()) === 3);
    expect((await effects(db)).map((effect) => Number(effect.sequence))).toEqual([1, 3, 4]);
    const [given] = (await publishedEvents(nc)).filter((event) => event.id === first?.event_id);
    await nc.jetstream().publish(eventSubject(walletEvents.betPlaced, 'player-1'), JSON.stringify(given));
    await wallet.transactions.run((tx) => addBet(tx, 'player-1'));
    await waitFor(async () => (await applied()) === 4);
    expect(await db.query('SELECT FROM parked_event')).toHaveLength(0);
  });

  it('parks events that break their contract, and never applies one of more than 30 days', async () => {
    await startConsumer();
    await wallet.transactions.run((tx) => addBet(tx, 'player-1'));
    await waitFor(async () => (await applied()) === 1);
    const [good] = await publishedEvents(nc);
    const send = (event: object) =>
      nc
        .jetstream()
        .publish(eventSubject(walletEvents.betPlaced, 'player-1'), JSON.stringify({ ...good, ...event }));
    await send({
      id: '01976f0e-0000-7000-8000-0000000000e1',
      time: new Date(Date.now() - 31 * 86_400_000).toISOString(),
    });
    await send({
      id: '01976f0e-0000-7000-8000-0000000000e2',
      partitionkey: 'player-x',
      data: { amount: 1.5 },
    });
    await nc
      .jetstream()
      .publish(eventSubject(walletEvents.betPlaced, 'player-1'), 'no json', { headers: headers() });
    await wallet.transactions.run((tx) => addBet(tx, 'player-1'));
    await waitFor(async () => (await applied()) === 2);
    await waitFor(async () => (await db.query('SELECT FROM parked_event')).length === 2);
    const rows = await db.query<{ partition_key: string; reason: string }>(
      'SELECT partition_key, reason FROM parked_event ORDER BY partition_key',
    );
    expect(rows).toEqual([
      { partition_key: 'player-1', reason: 'expired' },
      { partition_key: 'player-x', reason: expect.stringContaining('invalid wallet.event.bet-placed.v1') },
    ]);
    expect(await deadLetterCommand(db, recordingHandlers(), ['replay', 'player-1'], () => undefined)).toBe(0);
    expect(await applied()).toBe(2);
  });
});
