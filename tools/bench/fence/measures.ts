import { randomUUID } from 'node:crypto';
import {
  identityCommands,
  identityQueries,
  walletCommands,
  type PostMovements,
  type Result,
} from '@baize/contracts';
import type { RequestClient } from '@baize/messaging';
import { registrationForm, type Form } from '../../../apps/identity/test/registration-form';
import { patiently } from '../callbacks/open-players';
import type { Api } from '../payments/api';
import { atRate } from './pace';

export interface Registered {
  readonly id: string;
  readonly form: Form;
}

export interface Times {
  readonly ms: readonly number[];
  /** What must not be and was, in words. */
  readonly failures: readonly string[];
}

const registrationsAtOnce = 8;

/** Registers players as the gateway does; hashing their passwords takes most of it. */
export async function registerPlayers(
  client: RequestClient,
  count: number,
  brand: string,
): Promise<Registered[]> {
  const left = Array.from({ length: count }, () => registrationForm());
  const registered: Registered[] = [];
  const lane = async (): Promise<void> => {
    for (let form = left.pop(); form !== undefined; form = left.pop()) {
      const key = { key: randomUUID(), caller: 'client:benchmark', bodySha256: 'a'.repeat(64) };
      const command = { brand, form, idempotency: key };
      const answer = await patiently(() => client.call(identityCommands.registerPlayer, command));
      if (!answer.ok) throw new Error(`${answer.error.code}: ${answer.error.detail}`);
      registered.push({ id: answer.value.id, form });
    }
  };
  await Promise.all(Array.from({ length: registrationsAtOnce }, lane));
  return registered;
}

function betOf(playerId: string, brand: string): PostMovements {
  return {
    ...{ brand, provider: 'acme', playerId, currency: 'EUR', gameId: 'g1', providerRoundId: randomUUID() },
    ...{ actions: [{ kind: 'bet', id: randomUUID(), amount: 1 }], closeRound: false, idScope: 'player' },
    rules: { unknownOriginal: 'tombstone', settledOriginal: 'refuse', winWithoutBet: 'allow' },
    receivedAt: new Date().toISOString(),
  };
}

/** What a bet of an excluded player must not be answered. */
async function flawOf(bet: Promise<Result<unknown>>): Promise<string | undefined> {
  const answer = await bet.catch(() => undefined);
  if (answer === undefined || (!answer.ok && answer.error.code === 'wallet.player-restricted'))
    return undefined;
  return `a bet after the acknowledgement was answered ${answer.ok ? 'ok' : answer.error.code}`;
}

/** Excludes one player after the other over the public API; each is timed until the answer that it holds everywhere. */
export async function measureExclusions(
  parts: { readonly api: Api; readonly asGameSessions: RequestClient; readonly brand: string },
  players: readonly Registered[],
  rate: { readonly perSecond: number; readonly seconds: number },
): Promise<Times> {
  const failures: string[] = [];
  const form = JSON.stringify({ kind: 'self-exclusion', duration: 'P6M', reason: 'benchmark' });
  const bets: Promise<string | undefined>[] = [];
  const ms = await atRate(rate, async (index) => {
    const playerId = players[index]?.id ?? '';
    const answer = await parts.api.send('POST', `/v1/players/${playerId}/exclusions`, form, {
      'content-type': 'application/json',
      'idempotency-key': randomUUID(),
    });
    if (answer.status !== 201) failures.push(`an exclusion: ${answer.status} ${answer.body}`);
    else bets.push(flawOf(parts.asGameSessions.call(walletCommands.post, betOf(playerId, parts.brand))));
  });
  const flaws = await Promise.all(bets);
  return { ms, failures: [...failures, ...flaws.filter((flaw) => flaw !== undefined)] };
}

/** Asks the authority over the broker, as game-sessions does before a launch. */
export async function measureEligibility(
  asGameSessions: RequestClient,
  { players, brand }: { readonly players: readonly Registered[]; readonly brand: string },
  rate: { readonly perSecond: number; readonly seconds: number },
): Promise<Times> {
  const failures: string[] = [];
  const ms = await atRate(rate, async (index) => {
    const { id: playerId = '' } = players[index % players.length] ?? {};
    const question = { playerId, brand, action: 'launch' as const };
    const answer = await asGameSessions
      .call(identityQueries.checkEligibility, question)
      .catch((error: unknown) => error as Error);
    if (answer instanceof Error) failures.push(`eligibility: ${answer.message}`);
    else if (!answer.ok || !answer.value.allowed) failures.push(`eligibility: ${JSON.stringify(answer)}`);
  });
  return { ms, failures };
}

/** Logs in so many at once for so long. */
export async function measureLogins(
  asGateway: RequestClient,
  { players, brand }: { readonly players: readonly Registered[]; readonly brand: string },
  { atOnce, seconds }: { readonly atOnce: number; readonly seconds: number },
): Promise<Times & { readonly perSecond: number }> {
  const failures: string[] = [];
  const ms: number[] = [];
  const begin = performance.now();
  const end = begin + seconds * 1_000;
  const lane = async (_none: unknown, lane: number): Promise<void> => {
    for (let turn = lane; performance.now() < end; turn += atOnce) {
      const { email, password } = players[turn % players.length]!.form;
      const startedAt = performance.now();
      const answer = await asGateway
        .call(identityCommands.createSession, { brand, form: { email, password } })
        .catch((error: unknown) => error as Error);
      if (answer instanceof Error) failures.push(`a login: ${answer.message}`);
      else if (!answer.ok) failures.push(`a login: ${answer.error.code}`);
      else ms.push(performance.now() - startedAt);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return { ms, failures, perSecond: ms.length / ((performance.now() - begin) / 1_000) };
}
