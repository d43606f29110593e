import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '@baize/testing';
import { HttpClient } from '../src/platform/http-client';
import { OperatorClient } from '../src/platform/operator-client';
import { PaymentsClient } from '../src/platform/payments-client';
import { newRunTag, personOf } from '../src/platform/new-person';
import { RunningStack, runSandbox, type SandboxRun } from './running-stack';
import { TamperingProxy, type AccountPage } from './tampering-proxy';

jest.setTimeout(600_000);

const faults =
  'duplicates=0.2,late=0.2,reorder=0.2,early-webhook=0.2,wrong-amount=0.05,bad-signature=0.2,never=0.1,reversal=0.1';
let stack: RunningStack;

beforeAll(async () => {
  stack = await RunningStack.start();
});
afterAll(() => stack.stop());

function pay(file: string, players: number, payments: number, more: string[] = []): SandboxRun {
  const counts = ['--players', String(players), '--payments', String(payments)];
  return runSandbox(['pay', '--stack', file, '--seed', 'e2e', ...counts, ...more]);
}

it('pays without faults what the settlement files say, and finds what is planted in them', async () => {
  const day = new Date().toISOString().slice(0, 10);
  expect(await pay(stack.file, 3, 12).exited).toBe(0);
  const planted = [
    ['none', 0],
    ['missing', 1],
    ['extra', 1],
    ['amount', 1],
  ] as const;
  for (const [plant, code] of planted) {
    const url = `${stack.read().sandboxUrl ?? ''}/psps/stripe/settlements/${day}.csv?plant=${plant}`;
    const file = join(stack.folder, `stripe-${plant}.csv`);
    writeFileSync(file, await (await fetch(url)).text());
    const settled = stack.wallet('settlement', '--brand', 'demo', '--psp', 'stripe', '--file', file);
    expect([plant, settled.status, settled.stdout]).toEqual([
      plant,
      code,
      expect.stringContaining(code === 0 ? 'the file agrees' : '\n1 differences'),
    ]);
  }
});

it('holds the first withdrawal of a player who is not verified, until an operator approves it', async () => {
  const http = new HttpClient(stack.read().gatewayUrl, 4);
  try {
    const operator = new OperatorClient(
      http,
      stack.read().clients.find(({ name }) => name === 'operator')!,
    );
    const payments = new PaymentsClient(operator);
    const playerId = await operator.registerPlayer(personOf(newRunTag(), 0, 'EUR'));
    await operator.adjust(playerId, 5_000n, 'EUR', 'opening');
    const amount = { amount: 2_000, currency: 'EUR' };
    const iban = 'DE89370400440532013000';
    const asked = await payments.withdraw(playerId, { amount, method: 'bank', destination: { iban } });
    if ('refused' in asked) throw new Error(asked.refused);
    const isIn = (status: string) =>
      waitFor(async () => (await payments.find(asked.id))?.status === status, {
        what: `a withdrawal in ${status}`,
      });
    await isIn('review');
    const { reviewReasons } = await operator.call<{ reviewReasons: string[] }>(
      'GET',
      `/v1/payments/${asked.id}`,
    );
    expect(reviewReasons).toEqual(['kyc-hold']);
    expect(await payments.funds(playerId, 'EUR')).toMatchObject({ real: 3_000n, locked: 2_000n });
    await payments.approve(asked.id);
    await isIn('confirmed');
    expect(await payments.funds(playerId, 'EUR')).toMatchObject({ real: 3_000n, locked: 0n });
  } finally {
    await http.close();
  }
});

it('agrees with the PSPs, also when wallet and gateway are killed in between', async () => {
  const run = pay(stack.file, 8, 80, ['--faults', faults]);
  for (const [service, paid] of [
    ['wallet', 20],
    ['gateway', 45],
    ['wallet', 65],
  ] as const) {
    const isFar = (): boolean =>
      [...run.output().matchAll(/paying (\d+)\/80/g)].some(([, done]) => Number(done) >= paid);
    await waitFor(isFar, { timeoutMs: 120_000, what: `${paid} payments` });
    stack.kill(service);
  }
  const code = await run.exited;
  expect(run.output()).toContain(
    "no differences between the PSPs' books and the platform's over 80 payments",
  );
  expect(code).toBe(0);
});

it('finds credits that are lost, doubled and wrong', async () => {
  const kinds = ['lost', 'doubled', 'wrong-amount'];
  let accounts = 0;
  const proxy = await TamperingProxy.start(stack.read().gatewayUrl, (page) =>
    tampered(page, kinds[accounts++ % kinds.length]),
  );
  try {
    const file = join(stack.folder, 'tampered.json');
    writeFileSync(file, JSON.stringify({ ...stack.read(), gatewayUrl: proxy.url }));
    const run = pay(file, 6, 24);
    expect(await run.exited).toBe(1);
    for (const kind of kinds) expect(run.output()).toContain(`${kind}: deposit`);
  } finally {
    await proxy.stop();
  }
});

it.each([[['--players', '0']], [['--faults', 'nonsense=1']], [['--stack', '/nowhere.json']]])(
  'cannot pay with %j',
  async (args) => {
    expect(await runSandbox(['pay', ...args]).exited).toBe(2);
  },
);

function tampered({ items, ...page }: AccountPage, kind: string | undefined): AccountPage {
  const credit = items.find((item) => item.kind === 'deposit' && item.amount > 0);
  const changed = items.flatMap((item) => {
    if (item !== credit) return [item];
    if (kind === 'lost') return [];
    return kind === 'doubled' ? [item, item] : [{ ...item, amount: item.amount + 1 }];
  });
  return { ...page, items: changed };
}
