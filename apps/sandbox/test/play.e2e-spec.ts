import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '@baize/testing';
import { providerNames } from '../src/dialects/dialect';
import { HttpClient } from '../src/platform/http-client';
import { OperatorClient } from '../src/platform/operator-client';
import type { StackFile } from '../src/play/stack-file';
import { RunningStack, runSandbox, type SandboxRun } from './running-stack';
import { TamperingProxy, type AccountPage } from './tampering-proxy';

jest.setTimeout(600_000);

const faults =
  'duplicates=0.05,timeouts=0.05,drop-response=0.05,reorder=0.05,rollback=0.05,malformed=0.05,' +
  'late-win=0.01,spent-win=0.02,concurrent=0.02,outage=0.01,excluded=0.001,breaker=0.01,shared-ids=0.2';
let running: RunningStack;
let stack: StackFile;

beforeAll(async () => {
  running = await RunningStack.start();
  stack = running.read();
});
afterAll(() => running.stop());

function play(stackFile: string, players: number, rounds: number): SandboxRun {
  const args = ['play', '--provider', 'all', '--faults', faults, '--seed', 'e2e'];
  const counts = ['--players', String(players), '--rounds', String(rounds), '--stack', stackFile];
  return runSandbox([...args, ...counts]);
}

it('agrees with the platform, also when the wallet is killed in between', async () => {
  const run = play(running.file, 8, 150);
  await waitFor(() => /registering 8\/8/.test(run.output()), { what: 'registered players' });
  const victim = running.kill('wallet');
  expect(await run.exited).toBe(0);
  expect(run.output()).toContain('no differences between the two accounts of 8 players');
  await waitFor(() => running.pidOf('wallet') !== undefined, { what: 'the restarted wallet' });
  expect(running.pidOf('wallet')).not.toBe(victim);
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
    const file = join(running.folder, `${kind}.json`);
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
  const launchUrl = (await operator.launch(game?.id ?? '', playerId))?.launchUrl ?? '';
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
