import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { freePort, startProcess, waitFor, type RunningProcess } from '@baize/testing';
import { providerNames } from '../src/dialects/dialect';
import { HttpClient } from '../src/platform/http-client';
import { OperatorClient } from '../src/platform/operator-client';
import type { StackFile } from '../src/play/stack-file';
import { TamperingProxy, type AccountPage } from './tampering-proxy';

jest.setTimeout(240_000);

const root = resolve(__dirname, '../../..');
const faults = 'duplicates=0.05,timeouts=0.05,drop-response=0.05,reorder=0.05,rollback=0.05,malformed=0.05';
let folder: string;
let platform: RunningProcess;
let stack: StackFile;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'baize-sandbox-e2e-'));
  platform = await startProcess({
    args: ['tools/start.mjs'],
    env: { STACK_DIR: folder, GATEWAY_PORT: String(await freePort()) },
    ready: (output) => /^ready http/m.test(output),
    timeoutMs: 180_000,
  });
  stack = JSON.parse(readFileSync(join(folder, 'demo.json'), 'utf8')) as StackFile;
});
afterAll(async () => {
  await platform.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly output: () => string;
  readonly exited: Promise<number | null>;
}

function play(stackFile: string, players: number, rounds: number): Run {
  const args = [
    'apps/sandbox/dist/main.js',
    'play',
    '--provider',
    'all',
    '--faults',
    faults,
    '--seed',
    'e2e',
  ];
  const counts = ['--players', String(players), '--rounds', String(rounds), '--stack', stackFile];
  const child = spawn(process.execPath, [...args, ...counts], { cwd: root });
  let output = '';
  const collect = (chunk: Buffer): void => void (output += chunk.toString());
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  return { output: () => output, exited: new Promise((done) => child.once('close', done)) };
}

/** The process of a service of this stack, by its command line and its own environment. */
function pidOf(service: string): number | undefined {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        if (!command.includes(`apps/${service}/`) || !command.includes('node')) return false;
        return readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[3] === String(platform.pid);
      } catch {
        return false;
      }
    });
}

it('agrees with the platform, also when the wallet is killed in between', async () => {
  const run = play(join(folder, 'demo.json'), 8, 150);
  await waitFor(() => /registering 8\/8/.test(run.output()), {
    timeoutMs: 60_000,
    what: 'registered players',
  });
  const victim = pidOf('wallet');
  if (victim === undefined) throw new Error('the wallet was not found');
  process.kill(victim, 'SIGKILL');
  expect(await run.exited).toBe(0);
  expect(run.output()).toContain('no differences between the two accounts of 8 players');
  await waitFor(() => pidOf('wallet') !== undefined, { timeoutMs: 30_000, what: 'the restarted wallet' });
  expect(pidOf('wallet')).not.toBe(victim);
});

it.each<[string, (page: AccountPage) => AccountPage]>([
  ['lost', ({ items, ...page }) => ({ ...page, items: items.filter((item) => !isFirstBet(items, item)) })],
  [
    'doubled',
    ({ items, ...page }) => ({
      ...page,
      items: items.flatMap((item) => (isFirstBet(items, item) ? [item, item] : [item])),
    }),
  ],
])('finds a planted posting that is %s', async (kind, tamper) => {
  const proxy = await TamperingProxy.start(stack.gatewayUrl, tamper);
  try {
    const file = join(folder, `${kind}.json`);
    writeFileSync(file, JSON.stringify({ ...stack, gatewayUrl: proxy.url }));
    const run = play(file, 2, 20);
    expect(await run.exited).toBe(1);
    expect(run.output()).toContain(`${kind}: `);
  } finally {
    await proxy.stop();
  }
});

function isFirstBet(items: AccountPage['items'], item: AccountPage['items'][number]): boolean {
  return items.find(({ kind }) => kind === 'bet') === item;
}

it.each(providerNames)('serves a playable page at the launch URL: %s', async (provider) => {
  const client = stack.clients.find(({ name }) => name === 'operator');
  if (!client) throw new Error('no operator');
  const http = new HttpClient(stack.gatewayUrl, 2);
  const operator = new OperatorClient(http, client);
  const name = { firstName: 'Paige', lastName: `Slot${provider.replace(/\d/g, '')}` };
  const playerId = await operator.registerPlayer({
    ...name,
    email: `page-${provider}-${Date.now()}@players.example`,
    dateOfBirth: '1980-02-03',
    currency: 'EUR',
  });
  await operator.adjust(playerId, 1_000n, 'EUR', 'page test');
  const [game] = await operator.games(provider, 'EUR');
  const { launchUrl } = await operator.launch(game?.id ?? '', playerId);
  const page = await (await fetch(launchUrl)).text();
  const session = /"sessionId":"([^"]+)"/.exec(page)?.[1] ?? '';
  const spin = await fetch(new URL('/session/spins', launchUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-sandbox-session': session },
    body: JSON.stringify({ stake: 100 }),
  });
  const answer = (await spin.json()) as { balance: string };
  expect(spin.status).toBe(200);
  expect((await operator.lines(playerId)).map(({ kind }) => kind)).toEqual(['adjustment', 'bet', 'win']);
  expect(BigInt(Math.round(Number(answer.balance) * 100))).toBe(await operator.balance(playerId));
  await http.close();
});
