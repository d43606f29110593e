import type { NatsConnection } from 'nats';
import { createTestDatabase, startNatsServer, startPostgres, startProcess, waitFor } from '@baize/testing';
import type { PrivateServer, RunningProcess, TestDatabase } from '@baize/testing';
import { Database, type DbSession } from '@baize/persistence';
import { OutboxRelay, streamName, type EventEnvelope } from '../src/index';
import {
  addBet,
  connectWithStreams,
  expectOrderPerKey,
  keyed,
  MessagingTables1700000000001,
  outboxIds,
  placeBets,
  publishedEvents,
  quiet,
  seeded,
} from './harness';

/** A PostgreSQL of its own: these tests hold transactions open, which holds back every outbox of a cluster. */
describe('outbox relay', () => {
  let postgres: PrivateServer;
  let nats: PrivateServer;
  let test: TestDatabase;
  let db: Database;
  let nc: NatsConnection;
  const relays: OutboxRelay[] = [];
  const children: RunningProcess[] = [];
  const sessions: DbSession[] = [];

  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(async () => {
    await postgres.stop();
  });
  beforeEach(async () => {
    nats = await startNatsServer();
    nc = await connectWithStreams(nats.url);
    test = await createTestDatabase({ migrations: [MessagingTables1700000000001], serverUrl: postgres.url });
    db = new Database({ url: test.url, poolSize: 20 });
  });
  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.kill()));
    await Promise.all(sessions.splice(0).map((session) => session.close()));
    await Promise.all(relays.splice(0).map((relay) => relay.stop()));
    await nc.close();
    await nats.stop();
    await db.close();
    await test.drop();
  });

  function startRelay(broker: NatsConnection = nc, silentMs?: number): OutboxRelay {
    const relay = new OutboxRelay({ service: 'wallet', database: db, broker, log: quiet, silentMs });
    relays.push(relay);
    relay.start();
    return relay;
  }

  async function startChild(hang: string): Promise<RunningProcess> {
    const child = await startProcess({
      args: ['-r', './libs/messaging/test/typescript.cjs', 'libs/messaging/test/relay-process.ts'],
      env: { DATABASE_URL: test.url, NATS_URL: nats.url, HANG: hang },
      ready: (output) => output.includes('started'),
    });
    children.push(child);
    return child;
  }

  /** A transaction that the test holds open itself. */
  async function begin(database = db): Promise<DbSession> {
    const session = await database.session();
    sessions.push(session);
    await session.query('BEGIN');
    return session;
  }

  const streamCount = async (): Promise<number> => {
    const manager = await nc.jetstreamManager();
    return (await manager.streams.info(streamName('wallet'))).state.messages;
  };
  const pending = async (): Promise<number> => (await db.query('SELECT FROM outbox_pending LIMIT 1')).length;
  const drained = () => waitFor(async () => (await pending()) === 0);

  /** No event lost, none twice in the stream, and a player's in order. */
  async function expectPublishedOnceInOrder(): Promise<void> {
    const events = await publishedEvents(nc);
    expect(events.map((event) => event.id).sort()).toEqual((await outboxIds(db)).sort());
    expectOrderPerKey(events.map(keyed));
  }

  it('publishes CloudEvents to the partition of the key', async () => {
    startRelay();
    await db.transactions.run((tx) => addBet(tx, 'player-1'));
    await drained();
    const [event] = await publishedEvents(nc);
    expect(event).toMatchObject({
      specversion: '1.0',
      source: 'urn:baize:wallet',
      type: 'wallet.event.bet-placed.v1',
      subject: 'player-1',
      partitionkey: 'player-1',
      sequence: 1,
      datacontenttype: 'application/json',
      data: { playerId: 'player-1', amount: -1000 },
    });
    expect(event?.time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('publishes at once when it is notified', async () => {
    const relay = startRelay();
    db.transactions.afterCommit(() => relay.notify());
    await db.transactions.run((tx) => addBet(tx, 'warm-up'));
    await drained();
    await db.transactions.run((tx) => addBet(tx, 'player-1'));
    await waitFor(async () => (await streamCount()) === 2);
  });

  it('publishes again, under the same ids, what was published but not marked when a relay was killed', async () => {
    await placeBets(db, { count: 200, players: 20, random: seeded() });
    const child = await startChild('mark');
    await waitFor(() => child.output().includes('published'));
    const before = await streamCount();
    expect(before).toBe((await outboxIds(db)).length);
    expect(await pending()).toBe(1);
    await child.kill();
    await placeBets(db, { count: 50, players: 20, random: seeded() });
    startRelay();
    await drained();
    await expectPublishedOnceInOrder();
  });

  it('ends a leader that went silent, and takes over', async () => {
    const child = await startChild('no');
    await db.transactions.run((tx) => addBet(tx, 'player-1'));
    await drained();
    child.signal('SIGSTOP');
    startRelay(nc, 3_000);
    await placeBets(db, { count: 20, players: 5, random: seeded() });
    await drained();
    child.signal('SIGCONT');
    await placeBets(db, { count: 20, players: 5, random: seeded() });
    await drained();
    await expectPublishedOnceInOrder();
  });

  it('keeps the order of a key when a publish fails behind a successful one, and lets other keys pass', async () => {
    const random = seeded();
    let stubborn = 3;
    const order: string[] = [];
    const publish: NatsConnection['publish'] = (subject, data, options) => {
      const { partitionkey: key, sequence } = JSON.parse(String(data)) as EventEnvelope;
      if (key === 'blocked' && sequence === 2 && stubborn > 0) {
        stubborn -= 1;
        throw new Error('no acknowledgement');
      }
      if (random() < 0.1) {
        // the broker stores the event, and its acknowledgement is lost
        nc.publish(subject, data, { headers: options?.headers });
        throw new Error('acknowledgement lost');
      }
      nc.publish(subject, data, options);
      order.push(key);
    };
    const failing = {
      publish,
      subscribe: nc.subscribe.bind(nc),
      options: { inboxPrefix: '_INBOX_wallet' },
    } as unknown as NatsConnection;
    for (let i = 0; i < 4; i += 1) await db.transactions.run((tx) => addBet(tx, 'blocked'));
    await placeBets(db, { count: 100, players: 10, random });
    startRelay(failing);
    await drained();
    expect(stubborn).toBe(0);
    expect(order.lastIndexOf('blocked')).toBeGreaterThan(order.findIndex((key) => key !== 'blocked'));
    await expectPublishedOnceInOrder();
  });

  it('loses nothing when the broker is killed under load and comes back', async () => {
    startRelay();
    const writing = placeBets(db, { count: 600, players: 30, random: seeded(), writers: 4 });
    await waitFor(async () => (await streamCount()) > 20);
    await nats.kill();
    await writing;
    await nats.restart();
    await drained();
    await expectPublishedOnceInOrder();
  });

  it('publishes each event once while two relays run and leaders come and go', async () => {
    startRelay();
    startRelay();
    const writing = placeBets(db, { count: 1_000, players: 30, random: seeded() });
    await waitFor(async () => (await streamCount()) > 50);
    await relays[0]?.stop();
    startRelay();
    await waitFor(async () => (await streamCount()) > 300);
    await relays[1]?.stop();
    await writing;
    await drained();
    await expectPublishedOnceInOrder();
  });

  it('waits for a transaction that commits late, and does not wait for one that rolled back', async () => {
    startRelay();
    const late = await begin();
    await addBet(late, 'late');
    const doomed = await begin();
    await addBet(doomed, 'doomed');
    await db.transactions.run((tx) => addBet(tx, 'early'));
    await late.query('COMMIT');
    await doomed.query('ROLLBACK');
    await drained();
    expect((await publishedEvents(nc)).map((event) => event.partitionkey).sort()).toEqual(['early', 'late']);
    await expectPublishedOnceInOrder();
  });

  it('keeps the order of a key although the xid of the later event was drawn first', async () => {
    const waiting = await begin();
    await waiting.query('SELECT pg_current_xact_id()');
    const unrelated = await begin();
    await unrelated.query('SELECT pg_current_xact_id()');
    await db.transactions.run((tx) => addBet(tx, 'player-1'));
    await addBet(waiting, 'player-1');
    await waiting.query('COMMIT');
    // the first event's transaction is beyond the horizon that `unrelated` holds, the second event's is not
    startRelay();
    await waitFor(async () => (await streamCount()) === 2);
    expect((await publishedEvents(nc)).map((event) => event.sequence)).toEqual([1, 2]);
    await unrelated.query('ROLLBACK');
    await db.transactions.run((tx) => addBet(tx, 'player-1'));
    await drained();
    await expectPublishedOnceInOrder();
  });

  it('holds back, and loses nothing, while a transaction of another database is open', async () => {
    const other = await createTestDatabase({ migrations: [], serverUrl: postgres.url });
    const elsewhere = new Database({ url: other.url });
    startRelay();
    await db.transactions.run((tx) => addBet(tx, 'before'));
    await drained();
    const long = await begin(elsewhere);
    await long.query('SELECT pg_current_xact_id()');
    await placeBets(db, { count: 50, players: 5, random: seeded() });
    expect(await pending()).toBe(1);
    expect(await streamCount()).toBe(1);
    await long.query('COMMIT');
    await drained();
    await expectPublishedOnceInOrder();
    await Promise.all(sessions.splice(0).map((session) => session.close()));
    await elsewhere.close();
    await other.drop();
  });

  it('keeps published rows for 7 days and never prunes unpublished ones', async () => {
    await db.transactions.run((tx) => addBet(tx, 'old'));
    await db.query(`UPDATE outbox SET time = clock_timestamp() - interval '8 days'`);
    startRelay();
    await waitFor(async () => (await streamCount()) === 1);
    await db.transactions.run((tx) => addBet(tx, 'recent'));
    await drained();
    startRelay();
    const keys = async () =>
      (await db.query<{ partition_key: string }>('SELECT partition_key FROM outbox')).map(
        (row) => row.partition_key,
      );
    await waitFor(async () => (await keys()).join() === 'recent');
  });
});
