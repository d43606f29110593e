import { FakePlatform, type Sabotage } from '../../test/fake-platform';
import type { FakeLine } from '../../test/fake-wallet';
import { parseFaults } from '../domain/faults';
import { Random } from '../domain/random';
import { runPlay } from './run-play';

const faults = parseFaults(
  'duplicates=0.1,timeouts=0.05,drop-response=0.05,reorder=0.1,rollback=0.1,malformed=0.1,late-win=0.03,spent-win=0.05,concurrent=0.05,outage=0.1,shared-ids=0.3,excluded=0.002,breaker=0.02',
);
const patience = { insistForMs: 10_000, firstPauseMs: 1, longestPauseMs: 20 };
let written = '';

beforeEach(() => {
  written = '';
  const keep = (chunk: string | Uint8Array): boolean => {
    written += chunk.toString();
    return true;
  };
  jest.spyOn(process.stdout, 'write').mockImplementation(keep);
  jest.spyOn(process.stderr, 'write').mockImplementation(() => true);
});
afterEach(() => jest.restoreAllMocks());

async function play(
  provider: string,
  sabotage: Sabotage = {},
  rounds = 80,
  insistForMs = patience.insistForMs,
): Promise<number> {
  if (!faults.ok) throw new Error(faults.error);
  const random = new Random('platform');
  const platform = await FakePlatform.start(sabotage, () => random.next());
  try {
    const stack = await platform.stackFile();
    const run = { provider, players: 5, rounds, seed: 'seven', concurrency: 5, currency: 'EUR', stack };
    return await runPlay({ ...run, faults: faults.value }, { ...patience, insistForMs });
  } finally {
    await platform.stop();
  }
}

it.each(['softswiss', 'evolution', 'all'])(
  'agrees with a platform that keeps its promises: %s',
  async (provider) => {
    const code = await play(provider);
    expect(written).toContain('no differences between the two accounts of 5 players');
    expect(code).toBe(0);
  },
);

it('agrees when the platform breaks before and after its commits', async () => {
  const code = await play('all', { faultAfterCommit: 0.1, faultBeforeCommit: 0.1 });
  expect(written).toContain('no differences');
  expect(code).toBe(0);
});

it('finds rounds that were lost in an outage and never voided', async () => {
  const code = await play('softswiss', { forgetsToVoid: true }, 20, 400);
  expect(written).toContain('round-not-voided: ');
  expect(code).toBe(1);
});

it('finds players whose movements are taken for those of others', async () => {
  const code = await play('all', { mixesPlayers: true }, 20, 400);
  expect(written).toContain('lost: ');
  expect(code).toBe(1);
});

it('finds bets that are taken of excluded players', async () => {
  const code = await play('softswiss', { forgetsToExclude: true }, 300);
  expect(written).toContain('bet-of-excluded: ');
  expect(code).toBe(1);
});

it('finds breakers that hide and refuse nothing', async () => {
  const code = await play('softswiss', { ignoresBreakers: true });
  expect(written).toContain('breaker-shows-games: ');
  expect(written).toContain('breaker-launches: ');
  expect(code).toBe(1);
});

it('finds free rounds that the platform counts otherwise', async () => {
  const code = await play('all', { freeRoundsWon: (won) => won * 2 + 1 });
  expect(written).toContain('free-rounds: ');
  expect(code).toBe(1);
});

it.each<[string, (lines: FakeLine[]) => FakeLine[]]>([
  ['lost', (lines) => lines.filter((line) => !isOfFreeRounds(line))],
  ['doubled', (lines) => lines.concat(lines.filter(isOfFreeRounds))],
])('finds a win of free rounds that is %s', async (kind, tamper) => {
  const code = await play('all', { tamper });
  expect(written).toContain(`${kind}: `);
  expect(code).toBe(1);
});

it.each<[string, (lines: FakeLine[]) => FakeLine[]]>([
  ['lost', (lines) => without(lines, 'bet')],
  ['lost', (lines) => without(lines, 'win')],
  ['lost', (lines) => without(lines, 'adjustment')],
  ['doubled', (lines) => lines.concat(lines.filter(({ kind }) => kind === 'bet').slice(0, 1))],
  ['doubled', (lines) => lines.concat(lines.filter(({ kind }) => kind === 'rollback').slice(0, 1))],
  [
    'wrong-amount',
    (lines) => lines.map((line, i) => (i === 5 ? { ...line, amount: line.amount + 1n } : line)),
  ],
  ['running-balance', (lines) => lines.map((line, i) => (i === 5 ? { ...line, balanceAfter: 0n } : line))],
  ['sequence', (lines) => lines.map((line, i) => (i === 5 ? { ...line, sequence: 99 } : line))],
  [
    'unexpected',
    (lines) => lines.map((line, i) => (i === 5 ? { ...line, providerTxId: 'never-said' } : line)),
  ],
])('finds a planted difference: %s', async (kind, tamper) => {
  const code = await play('all', { tamper }, 20);
  expect(written).toContain(`${kind}: `);
  expect(code).toBe(1);
});

it('plays the same rounds again from the same seed', async () => {
  await play('softswiss');
  const first = counts(written);
  written = '';
  await play('softswiss');
  expect(counts(written)).toEqual(first);
});

/** How often each twist and malformation was played: what does not depend on timing. */
function counts(text: string): string[] {
  return text.split('\n').filter((line) => /malformed \S|win-|rollback-|late-win|empty-handed/.test(line));
}

/** Its id is the name of a grant: all others begin with the run's name. */
function isOfFreeRounds({ kind, providerTxId = '' }: FakeLine): boolean {
  return kind === 'win' && /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(providerTxId);
}

function without(lines: FakeLine[], kind: string): FakeLine[] {
  const index = lines.findIndex((line) => line.kind === kind);
  return lines.filter((_, other) => other !== index);
}
