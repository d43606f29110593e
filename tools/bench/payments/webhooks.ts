import { createHash, createHmac } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { paymentCommands, type RequestDeposit } from '@baize/contracts';
import type { RequestClient } from '@baize/messaging';
import { patiently } from '../callbacks/open-players';
import type { Api } from './api';

/** A deposit that waits for its webhook. */
export interface WaitingDeposit {
  readonly id: string;
  readonly playerId: string;
  /** Minor units. */
  readonly amount: number;
  /** What the wallet must show, at least, once it is credited. */
  readonly makes: number;
}

export interface WebhookTimes {
  /** From sending the webhook until a read of the balance shows the money. */
  readonly latenciesMs: number[];
  readonly failures: string[];
}

const inFlight = 32;
const giveUpMs = 30_000;
const currency = 'EUR';

/** Starts deposits, one after the other per player; amounts differ, so that none passes for another. */
export async function startDeposits(
  client: RequestClient,
  playerIds: readonly string[],
  { count, opening, brand }: { count: number; opening: number; brand: string },
): Promise<WaitingDeposit[]> {
  const balances = new Map<string, number>();
  const orders = Array.from({ length: count }, (_none, index) => {
    const playerId = playerIds[index % playerIds.length] ?? '';
    const amount = 1_000 + index;
    const makes = (balances.get(playerId) ?? opening) + amount;
    balances.set(playerId, makes);
    return { playerId, amount, makes };
  });
  const deposits: WaitingDeposit[] = new Array<WaitingDeposit>(count);
  const left = orders.entries();
  const worker = async (): Promise<void> => {
    for (const [index, { playerId, amount, makes }] of left) {
      const key = `bench-${playerId}-${index}`;
      const request: RequestDeposit = {
        ...{ brand, playerId, method: 'card', psp: 'stripe' },
        amount: { amount, currency },
        actor: { kind: 'system', id: 'benchmark' },
        idempotency: {
          key,
          caller: 'client:benchmark',
          bodySha256: createHash('sha256').update(key).digest('hex'),
        },
      };
      const answer = await patiently(() => client.call(paymentCommands.requestDeposit, request));
      if (!answer.ok) throw new Error(`a deposit was refused: ${answer.error.code} ${answer.error.detail}`);
      deposits[index] = { id: answer.value.id, playerId, amount, makes };
    }
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
  return deposits;
}

/** Sends their webhooks at a rate that does not wait for answers, and watches each balance until the money shows. */
export async function tellAll(
  api: Api,
  deposits: readonly WaitingDeposit[],
  { perSecond, secret, brand }: { perSecond: number; secret: string; brand: string },
): Promise<WebhookTimes> {
  const times: WebhookTimes = { latenciesMs: [], failures: [] };
  const begin = performance.now();
  await Promise.all(
    deposits.map(async (deposit, index) => {
      await sleep(Math.max(0, begin + (index * 1_000) / perSecond - performance.now()));
      const sentAt = performance.now();
      const failure = await tellOne(api, deposit, { secret, brand });
      if (failure === undefined) times.latenciesMs.push(performance.now() - sentAt);
      else times.failures.push(failure);
    }),
  );
  return times;
}

async function tellOne(
  api: Api,
  { id, playerId, amount, makes }: WaitingDeposit,
  { secret, brand }: { secret: string; brand: string },
): Promise<string | undefined> {
  const deadline = performance.now() + giveUpMs;
  const seconds = Math.floor(Date.now() / 1_000);
  const intent = {
    id: `pi_bench_${id}`,
    object: 'payment_intent',
    status: 'succeeded',
    amount,
    amount_received: amount,
    currency: currency.toLowerCase(),
    metadata: { paymentId: id },
  };
  const event = { id: `evt_${id}`, object: 'event', type: 'payment_intent.succeeded', created: seconds };
  const body = JSON.stringify({ ...event, data: { object: intent } });
  const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
  const path = `/callbacks/payments/${brand}/stripe`;
  const headers = { 'content-type': 'application/json', 'stripe-signature': `t=${seconds},v1=${signature}` };
  const sentAt = performance.now();
  // Readers that ask every few milliseconds would be most of the load once the platform is behind.
  const pause = () => sleep(Math.max(5, (performance.now() - sentAt) / 20));
  let told = await api.send('POST', path, body, headers);
  // Like the PSP: what was not taken is sent again. The clock runs on.
  while (isBusy(told.status) && performance.now() < deadline) {
    await pause();
    told = await api.send('POST', path, body, headers);
  }
  if (told.status !== 200) return `webhook: HTTP ${told.status} ${told.body}`;
  while (performance.now() < deadline) {
    const read = await api.send('GET', `/v1/players/${playerId}/balance?currency=${currency}`);
    if (read.status !== 200 && !isBusy(read.status)) return `balance: HTTP ${read.status} ${read.body}`;
    if (read.status === 200 && (JSON.parse(read.body) as { real: number }).real >= makes) return undefined;
    await pause();
  }
  return `deposit ${id} does not show on the balance`;
}

/** The platform is too busy to answer now: a measurement, not an error. */
const isBusy = (status: number): boolean => status === 503 || status === 504;

/** Every wallet has its deposits once. */
export async function checkBalances(api: Api, deposits: readonly WaitingDeposit[]): Promise<string[]> {
  const last = new Map(deposits.map(({ playerId, makes }) => [playerId, makes]));
  const failures: string[] = [];
  for (const [playerId, makes] of last) {
    const { total } = await api.get<{ total: number }>(
      `/v1/players/${playerId}/balance?currency=${currency}`,
    );
    if (total !== makes) failures.push(`player ${playerId} has ${total}, expected ${makes}`);
  }
  return failures;
}
