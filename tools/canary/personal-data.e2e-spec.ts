import {
  accountCommands,
  accountQueries,
  identityCommands,
  identityQueries,
  kycCommands,
  paymentCommands,
  publishingServices,
  screeningQueries,
  serviceNames,
} from '@baize/contracts';
import { Platform } from '../fence/platform';
import { finderOf } from './leaks';
import { live, type Life } from './life';
import { person, planted } from './person';
import { listen, readLogs, readMetrics, readStreams, readTables, type Heard, type Place } from './places';

jest.setTimeout(180_000);

/** Requests, and answers to them, that cannot do without it. They go from process to process, and nobody keeps them. */
const meantToKnow = [
  accountCommands.changeProfile,
  accountCommands.completePasswordReset,
  accountCommands.requestPasswordReset,
  accountQueries.exportPersonalData,
  accountQueries.listPlayerSessions,
  identityCommands.createSession,
  identityCommands.registerPlayer,
  identityQueries.getPlayer,
  kycCommands.handleKycCallback,
  paymentCommands.handlePaymentCallback,
  paymentCommands.requestWithdrawal,
  screeningQueries.screenName,
].map(({ subject }) => subject);

describe('planted personal data, in the life of a player on a whole platform', () => {
  let find = finderOf(planted);
  let platform: Platform;
  let heard: Heard[] = [];
  let life: Life;

  beforeAll(async () => {
    platform = await Platform.start({
      env: { LOG_LEVEL: 'trace' },
      prepare: (broker) => (heard = listen(broker)),
      caller: { address: person.ip, userAgent: person.device.userAgent },
    });
    life = await live(platform);
    // Of tokens only digests are kept.
    find = finderOf([...planted, ...life.secrets]);
  }, 300_000);
  afterAll(() => platform.stop());

  const leaksOf = (places: readonly Place[]) =>
    places.flatMap(({ name, text }) => find(text).map((leak) => ({ in: name, ...leak })));

  it('is in no line of any log', () => {
    const logs = readLogs(platform);
    const filled = logs.filter(({ text }) => text.length > 0).map(({ name }) => name);
    expect(filled).toEqual(expect.arrayContaining(serviceNames.map((name) => `${name}.log`)));
    expect(leaksOf(logs)).toEqual([]);
  });

  it('is in no message of any stream', async () => {
    const streams = await readStreams(platform);
    const filled = streams.filter(({ text }) => text.includes(life.playerId)).map(({ name }) => name);
    expect(filled).toHaveLength(publishingServices.length);
    expect(leaksOf(streams)).toEqual([]);
  });

  it('goes over the broker only to who must know it, and back', () => {
    const findPerson = finderOf(planted);
    const knowing = heard.filter(({ text }) => findPerson(text).length > 0).map(({ subject }) => subject);
    expect([...new Set(knowing)].sort()).toEqual(meantToKnow.sort());
  });

  it('is in no column of any table', async () => {
    const tables = await readTables(platform);
    const filled = tables.filter(({ text }) => text.length > 0).map(({ name }) => name);
    for (const service of ['identity', 'wallet', 'game-sessions'])
      expect(filled).toEqual(expect.arrayContaining([`${service}.outbox`]));
    const holding = [
      'player',
      'person',
      'player_session',
      'registration',
      'login_guard',
      'profile_change',
      'kyc_check',
    ];
    expect(filled).toEqual(expect.arrayContaining(holding.map((name) => `identity.${name}`)));
    expect(filled).toEqual(
      expect.arrayContaining(['wallet.payment', 'wallet.payment_notification', 'wallet.journal']),
    );
    expect(leaksOf(tables)).toEqual([]);
  });

  it('is in no entry of the audit log', async () => {
    const path = `/v1/audit?subject=${life.playerId}&limit=200`;
    const { items } = await platform.done({ client: 'compliance' }, 'GET', path);
    const entries = items as { action: string }[];
    const actions = entries.map(({ action }) => action);
    const expected = ['kyc-check.ordered', 'profile.changed', 'exclusion.created', 'erasure.requested'];
    expect(actions).toEqual(expect.arrayContaining(expected));
    expect(find(JSON.stringify(entries))).toEqual([]);
  });

  it('is on no page of figures', async () => {
    const pages = await readMetrics(platform);
    expect(pages.map(({ name }) => name)).toEqual(expect.arrayContaining([...serviceNames]));
    expect(leaksOf(pages)).toEqual([]);
  });
});
