import { Events, type NatsConnection } from 'nats';
import {
  eventContracts,
  hintContracts,
  ok,
  publishingServices,
  requestContracts,
  serviceNames,
  walletEvents,
  type ServiceName,
} from '@baize/contracts';
import { createTestDatabase, startNatsServer, waitFor, type PrivateServer } from '@baize/testing';
import { Database } from '@baize/persistence';
import {
  brokerConfig,
  buckets,
  connectBroker,
  ensureStreams,
  EventConsumer,
  OutboxRelay,
  RequestClient,
  RequestServer,
  streamName,
} from '../src/index';
import { addBet, effects, MessagingTables1700000000001, quiet, recordingHandlers } from './harness';

const passwords = Object.fromEntries(['setup', ...serviceNames].map((name) => [name, `secret-of-${name}`]));
const RANGES = [0, 1, 2, 3];

/** What a user tried and whether the broker may let it. */
interface Attempt {
  operation: 'publish' | 'subscribe';
  subject: string;
  queue?: string;
  allowed: boolean;
}

const publish = (subject: string, allowed: boolean): Attempt => ({ operation: 'publish', subject, allowed });
const subscribe = (subject: string, allowed: boolean, queue?: string): Attempt => ({
  operation: 'subscribe',
  subject,
  queue,
  allowed,
});

/** The rules of the house, said once more and otherwise than the generator says them. */
function attemptsOf(user: ServiceName): Attempt[] {
  const requests = requestContracts.flatMap(({ subject, service, callers }) => [
    publish(subject, callers.includes(user)),
    subscribe(subject, false),
    subscribe(subject, false, 'eavesdropper'),
    subscribe(subject, service === user, service),
  ]);
  const events = eventContracts.flatMap(({ type, service }) => [
    publish(`${type}.p00`, service === user),
    publish(`${type}.p15`, service === user),
    subscribe(`${type}.p00`, false),
    subscribe(`${type}.>`, false),
  ]);
  const hints = hintContracts.flatMap(({ subject, service, listeners }) => [
    publish(`${subject}.key`, service === user),
    subscribe(`${subject}.key`, listeners.includes(user)),
    subscribe(subject.replace(/\.[^.]+\.v1$/, '.>'), false),
  ]);
  const inboxes = ['setup', ...serviceNames].flatMap((other) => [
    subscribe(`_INBOX_${other}.>`, other === user),
    subscribe(`_INBOX_${other}.abc.*`, other === user),
    publish(`_INBOX_${other}.abc.1`, false),
  ]);
  const wildcards = ['>', '*.>', '$JS.>', '$SYS.>', '_INBOX.>', '*.command.>', '*.*.*.*', '$KV.>'].map(
    (subject) => subscribe(subject, false),
  );
  const system = ['$SYS.REQ.SERVER.PING', '$JS.API.INFO', '$JS.API.STREAM.NAMES', '$JS.API.STREAM.LIST'].map(
    (subject) => publish(subject, false),
  );
  return [...requests, ...events, ...hints, ...inboxes, ...wildcards, ...system, ...streamAttempts(user)];
}

function streamAttempts(user: ServiceName): Attempt[] {
  const bucketStreams = Object.values(buckets).map(({ name }) => `KV_${name}`);
  const verbs = 'CREATE UPDATE INFO DELETE PURGE SNAPSHOT RESTORE MSG.GET MSG.DELETE'.split(' ');
  const streams = [...publishingServices.map(streamName), ...bucketStreams].flatMap((stream) => [
    ...verbs.map((verb) => publish(`$JS.API.STREAM.${verb}.${stream}`, false)),
    publish(`$JS.API.DIRECT.GET.${stream}`, false),
    publish(`$JS.API.CONSUMER.NAMES.${stream}`, false),
    publish(`$JS.API.CONSUMER.LIST.${stream}`, false),
    publish(`$JS.API.CONSUMER.CREATE.${stream}`, false),
    publish(`$JS.API.CONSUMER.CREATE.${stream}.mine.wallet.event.>`, false),
    ...['mine', `${user}-r0`].map((name) =>
      publish(`$JS.API.CONSUMER.DURABLE.CREATE.${stream}.${name}`, false),
    ),
    ...['mine', `${user}-r0`].map((name) => publish(`$JS.API.CONSUMER.CREATE.${stream}.${name}`, false)),
  ]);
  const consumers = publishingServices.flatMap((source) =>
    serviceNames.flatMap((consumer) =>
      RANGES.flatMap((range) => {
        const name = `${streamName(source)}.${consumer}-r${range}`;
        const own =
          consumer === user &&
          eventContracts.some((event) => event.service === source && event.consumers.includes(user));
        return [
          publish(`$JS.API.CONSUMER.INFO.${name}`, own),
          publish(`$JS.API.CONSUMER.MSG.NEXT.${name}`, own),
          publish(`$JS.ACK.${name}.1.1.1.1.0`, own),
          publish(`$JS.API.CONSUMER.DELETE.${name}`, false),
          publish(`$JS.API.CONSUMER.UNPIN.${name}`, false),
        ];
      }),
    ),
  );
  const keys = Object.values(buckets).map(({ name, service }) =>
    publish(`$KV.${name}.key`, service === user),
  );
  return [...streams, ...consumers, ...keys];
}

const keyOf = ({ operation, subject, queue }: Omit<Attempt, 'allowed'>): string =>
  `${operation} ${subject} ${queue ?? ''}`.trim();

/** Tries everything; answers what the broker refused. */
async function refusals(nc: NatsConnection, attempts: readonly Attempt[]): Promise<Set<string>> {
  const refused = new Set<string>();
  const status = nc.status();
  const watching = (async () => {
    for await (const { type, permissionContext } of status) {
      if (type !== Events.Error) continue;
      if (permissionContext?.operation === 'publish')
        refused.add(keyOf({ operation: 'publish', subject: permissionContext.subject }));
    }
  })();
  for (const attempt of attempts) {
    const { operation, subject, queue } = attempt;
    if (operation === 'publish') nc.publish(subject, '');
    else {
      const subscription = nc.subscribe(subject, {
        queue,
        callback: (error) => {
          if (error) refused.add(keyOf(attempt));
        },
      });
      await nc.flush();
      subscription.unsubscribe();
    }
  }
  await nc.flush();
  const expected = attempts.filter(({ allowed }) => !allowed).length;
  await waitFor(() => refused.size >= expected, { timeoutMs: 30_000 }).catch(() => undefined);
  (status as unknown as { stop(): void }).stop();
  await watching;
  return refused;
}

describe('the locked broker', () => {
  let server: PrivateServer;

  const connectAs = (user: string): Promise<NatsConnection> =>
    connectBroker({ url: server.url, user, password: passwords[user], name: user });

  beforeAll(async () => {
    server = await startNatsServer({ config: brokerConfig(passwords) });
    const setup = await connectAs('setup');
    await ensureStreams(setup);
    // a second time changes nothing and needs no more rights
    await ensureStreams(setup);
    await setup.close();
  });
  afterAll(async () => {
    await server.stop();
  });

  it.each(serviceNames)('lets %s do what the contracts give it and nothing else', async (user) => {
    const nc = await connectAs(user);
    const attempts = attemptsOf(user);
    const refused = await refusals(nc, attempts);
    const wrong = attempts.filter((attempt) => refused.has(keyOf(attempt)) === attempt.allowed);
    expect(wrong.map((attempt) => `${keyOf(attempt)}: allowed ${attempt.allowed}`)).toEqual([]);
    expect(attempts.filter(({ allowed }) => allowed).length).toBeGreaterThan(3);
    await nc.close();
  });

  it('lets the setup user neither read nor destroy', async () => {
    const nc = await connectAs('setup');
    const attempts = [
      ...publishingServices.flatMap((service) =>
        ['DELETE', 'PURGE', 'MSG.GET', 'MSG.DELETE', 'SNAPSHOT'].map((verb) =>
          publish(`$JS.API.STREAM.${verb}.${streamName(service)}`, false),
        ),
      ),
      ...requestContracts.map(({ subject }) => publish(subject, false)),
      ...eventContracts.map(({ type }) => publish(`${type}.p00`, false)),
      subscribe('>', false),
    ];
    expect((await refusals(nc, attempts)).size).toBe(attempts.length);
    await nc.close();
  });

  it('refuses wrong passwords, unknown users and connections without any', async () => {
    const attempts = [
      { user: 'wallet', password: 'x' },
      { user: 'nobody', password: 'x' },
      { user: 'wallet' },
    ];
    for (const { user, password } of attempts) {
      const outcome = connectBroker({ url: server.url, user, password, name: 'intruder' });
      await expect(outcome).rejects.toMatchObject({ code: 'AUTHORIZATION_VIOLATION' });
    }
    expect(() => brokerConfig({ wallet: 'x' })).toThrow(/gateway.*setup/);
  });

  it('lets requests, events and nonces through', async () => {
    const [gateway, wallet, games] = await Promise.all(['gateway', 'wallet', 'game-sessions'].map(connectAs));
    if (!gateway || !wallet || !games) throw new Error('not connected');
    const contract = requestContracts.find(
      ({ service, callers }) => service === 'wallet' && callers.includes('gateway'),
    );
    if (!contract) throw new Error('the gateway calls nothing of the wallet');
    const anything = { ...contract, request: class Anything {} };
    const strategy = new RequestServer(wallet, 'wallet');
    const handler = () => Promise.resolve(ok({ done: true }) as never);
    strategy.addHandler(contract.subject, handler, false, { contract: anything, options: {} });
    await new Promise<void>((resolve) => strategy.listen(() => resolve()));
    expect(await new RequestClient(gateway).call(contract, {})).toEqual({ ok: true, value: { done: true } });

    const test = await createTestDatabase({ migrations: [MessagingTables1700000000001] });
    const database = new Database({ url: test.url });
    const relay = new OutboxRelay({ service: 'wallet', database, broker: wallet, log: quiet });
    const consumer = new EventConsumer({
      database,
      broker: games,
      handlers: recordingHandlers(),
      log: quiet,
    });
    relay.start();
    consumer.start();
    for (let i = 0; i < 20; i += 1) await database.transactions.run((tx) => addBet(tx, `player-${i}`));
    await waitFor(async () => (await effects(database)).length === 20);
    await consumer.stop();
    await relay.stop();

    const nonce = `$KV.${buckets.gatewayNonces.name}.n1`;
    const claim = () => gateway.jetstream().publish(nonce, '', { expect: { lastSubjectSequence: 0 } });
    await claim();
    await expect(claim()).rejects.toThrow(/wrong last sequence/);

    const foreign = wallet
      .jetstream({ timeout: 300 })
      .publish(`${walletEvents.betPlaced.type.replace('wallet', 'identity')}.p00`, '');
    await expect(foreign).rejects.toThrow();
    await strategy.drain();
    await database.close();
    await test.drop();
    await Promise.all([gateway, wallet, games].map((nc) => nc.close()));
  });
});
