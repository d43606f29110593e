import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AccountLine } from '../domain/compare';
import type { HttpAnswer, HttpClient } from './http-client';

export interface OperatorCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}
export interface NewPlayer {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly dateOfBirth: string;
  readonly currency: string;
}
export interface Launch {
  readonly sessionId: string;
  readonly launchUrl: string;
  readonly token: string;
}
export interface GameListing {
  readonly id: string;
  readonly provider: string;
  readonly providerGameId: string;
}

/** A round as it is recalled, as far as it is looked at here. */
export interface Round {
  readonly id: string;
  readonly provider: string;
  readonly providerRoundId: string;
  readonly state: 'open' | 'closed' | 'voided' | 'interrupted';
  readonly actions: readonly {
    readonly transactionId: string;
    readonly kind: string;
    readonly providerTxId: string;
  }[];
}

/** Free rounds of a player, as far as they are looked at here; minor units. */
export interface ShownFreeRounds {
  readonly status: string;
  readonly consumed: number;
  readonly won: number;
}

/** The platform's answer was definite and not the one that was needed. */
export class OperatorCallFailed extends Error {
  constructor(
    what: string,
    readonly status: number,
    body: string,
  ) {
    super(`${what}: HTTP ${status} ${body.slice(0, 300)}`);
    this.name = 'OperatorCallFailed';
  }
}

/** Restarts of services take seconds; longer than this the platform counts as gone. */
const retryForMs = 150_000;
const longestPauseMs = 2_000;
const renewBeforeMs = 30_000;
/** What launches are told while a breaker is open. */
const unavailable = 'game-sessions.provider-unavailable';

interface Token {
  readonly value: string;
  readonly renewAt: number;
}

/**
 * The operator's back end: registers players, moves money by hand, launches games, reads accounts. Every call is
 * safe to repeat (reads, or with an idempotency key) and is repeated until the answer is definite.
 */
export class OperatorClient {
  private token: Promise<Token> | undefined;

  constructor(
    private readonly http: HttpClient,
    private readonly credentials: OperatorCredentials,
  ) {}

  async registerPlayer(player: NewPlayer): Promise<string> {
    const body = {
      ...player,
      password: `Sandbox-${randomUUID()}`,
      country: 'MT',
      address: { line1: '1 Republic Street', city: 'Valletta', postalCode: 'VLT 1110' },
    };
    const { id } = await this.call<{ id: string }>('POST', '/v1/players', body, randomUUID());
    return id;
  }

  /** Signed minor units of real money. */
  async adjust(playerId: string, amount: bigint, currency: string, reason: string): Promise<void> {
    const path = `/v1/players/${playerId}/adjustments`;
    const body = { amount: { amount: Number(amount), currency }, reason };
    const { status } = await this.call<{ status: string }>('POST', path, body, randomUUID());
    if (status !== 'posted') throw new OperatorCallFailed(`POST ${path} is ${status}`, 201, '');
  }

  /** Undefined while the breaker of the provider is open. */
  async launch(gameId: string, playerId: string): Promise<Launch | undefined> {
    try {
      return await this.call<Launch>('POST', `/v1/games/${gameId}/launches`, { playerId, mode: 'real' });
    } catch (error) {
      if (error instanceof OperatorCallFailed && error.message.includes(unavailable)) return undefined;
      throw error;
    }
  }

  /** Opens or closes a provider's breaker by hand. */
  async setBreaker(provider: string, action: 'open' | 'close'): Promise<void> {
    await this.call('POST', `/v1/providers/${provider}/breaker`, { action, reason: 'sandbox' });
  }

  async endSession(sessionId: string): Promise<void> {
    await this.call('DELETE', `/v1/game-sessions/${sessionId}`);
  }

  /** Blocks a player; done when no bet is taken any more. */
  async exclude(playerId: string): Promise<void> {
    const body = { kind: 'operator-block', duration: null, reason: 'sandbox' };
    await this.call('POST', `/v1/players/${playerId}/exclusions`, body, randomUUID());
  }

  /** Grants free rounds for a day; answers their id. */
  async grantFreeRounds(
    playerId: string,
    { gameId, rounds, stake, currency }: { gameId: string; rounds: number; stake: bigint; currency: string },
  ): Promise<string> {
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const body = { gameId, rounds, stake: { amount: Number(stake), currency }, expiresAt };
    return (
      await this.call<{ id: string }>('POST', `/v1/players/${playerId}/free-rounds`, body, randomUUID())
    ).id;
  }

  freeRounds(id: string): Promise<ShownFreeRounds> {
    return this.call<ShownFreeRounds>('GET', `/v1/free-rounds/${id}`);
  }

  /** Games of a provider that can be played in the currency. */
  async games(provider: string, currency: string): Promise<GameListing[]> {
    const path = `/v1/games?provider=${provider}&currency=${currency}&limit=200`;
    return (await this.call<{ items: GameListing[] }>('GET', path)).items;
  }

  /** The newest rounds of a player. */
  async rounds(playerId: string): Promise<Round[]> {
    return (await this.call<{ items: Round[] }>('GET', `/v1/players/${playerId}/rounds?limit=20`)).items;
  }

  round(id: string): Promise<Round> {
    return this.call<Round>('GET', `/v1/rounds/${id}`);
  }

  /** Has all wagers of a round returned; how far that got is to be seen in the round. */
  async voidRound(id: string, reason: string): Promise<void> {
    await this.call('POST', `/v1/rounds/${id}/resolutions`, { action: 'void', reason }, randomUUID());
  }

  /** Real, bonus and locked together, minor units. */
  async balance(playerId: string): Promise<bigint> {
    const { total } = await this.call<{ total: number }>('GET', `/v1/players/${playerId}/balance`);
    return BigInt(total);
  }

  /** The whole account, oldest line first. */
  async lines(playerId: string): Promise<AccountLine[]> {
    return (await this.items<LineItem>(`/v1/players/${playerId}/transactions`)).reverse().map(lineOf);
  }

  /** Every page of a list. */
  async items<Item>(path: string): Promise<Item[]> {
    const items: Item[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: Page<Item> = await this.call<Page<Item>>('GET', `${path}?limit=200${query}`);
      items.push(...page.items);
      cursor = page.nextCursor ?? null;
    } while (cursor !== null);
    return items;
  }

  /** Any other call. @throws OperatorCallFailed on a definite refusal */
  async call<T>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object, key?: string): Promise<T> {
    const deadline = Date.now() + retryForMs;
    let answer: HttpAnswer = { kind: 'failed', why: 'not sent' };
    for (let attempt = 0; Date.now() < deadline; attempt++) {
      if (attempt > 0) await sleep(pauseMs(answer, attempt));
      const token = await this.validToken();
      answer =
        token.kind === 'failed'
          ? token
          : await this.http.send({
              method,
              path,
              headers: {
                authorization: `Bearer ${token.value}`,
                ...(body && { 'content-type': 'application/json' }),
                ...(key && { 'idempotency-key': key }),
              },
              ...(body && { body: JSON.stringify(body) }),
            });
      if (answer.kind === 'answered' && answer.status === 401) this.token = undefined;
      else if (isDefinite(answer)) return readAnswer(`${method} ${path}`, answer) as T;
    }
    const why = answer.kind === 'failed' ? answer.why : `HTTP ${answer.status} ${answer.body.slice(0, 200)}`;
    throw new Error(`${method} ${path}: no definite answer within ${retryForMs / 1000} s (${why})`);
  }

  private async validToken(): Promise<{ kind: 'token'; value: string } | { kind: 'failed'; why: string }> {
    const current = this.token;
    try {
      if (current !== undefined) {
        const token = await current;
        if (Date.now() < token.renewAt) return { kind: 'token', value: token.value };
        if (this.token === current) this.token = undefined;
      }
      this.token ??= this.fetchToken();
      return { kind: 'token', value: (await this.token).value };
    } catch (error) {
      this.token = undefined;
      if (error instanceof OperatorCallFailed) throw error;
      return { kind: 'failed', why: (error as Error).message };
    }
  }

  private async fetchToken(): Promise<Token> {
    const { clientId, clientSecret } = this.credentials;
    const basic = Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`);
    const askedAt = Date.now();
    const answer = await this.http.send({
      method: 'POST',
      path: '/oauth/token',
      headers: {
        authorization: `Basic ${basic.toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'grant_type=client_credentials',
    });
    if (answer.kind === 'failed') throw new Error(`POST /oauth/token: ${answer.why}`);
    if (!isDefinite(answer)) throw new Error(`POST /oauth/token: HTTP ${answer.status}`);
    const token = readAnswer('POST /oauth/token', answer) as TokenAnswer;
    return { value: token.access_token, renewAt: askedAt + token.expires_in * 1000 - renewBeforeMs };
  }
}

interface TokenAnswer {
  access_token: string;
  expires_in: number;
}
interface Page<Item> {
  items: Item[];
  nextCursor?: string | null;
}
export interface LineItem {
  id: string;
  sequence: number;
  kind: string;
  amount: number;
  funds: { real: number; bonus: number; locked: number };
  balanceAfter: number;
  provider?: string;
  providerTxId?: string;
  referenceId?: string;
}

function lineOf({ funds, ...item }: LineItem): AccountLine {
  return {
    ...item,
    amount: BigInt(item.amount),
    balanceAfter: BigInt(item.balanceAfter),
    funds: BigInt(funds.real) + BigInt(funds.bonus) + BigInt(funds.locked),
  };
}

function isDefinite(answer: HttpAnswer): answer is HttpAnswer & { kind: 'answered' } {
  if (answer.kind === 'answered' && answer.body.includes(unavailable)) return true;
  if (answer.kind === 'failed' || answer.status >= 500 || answer.status === 429) return false;
  return !(answer.status === 409 && answer.body.includes('idempotency.in-progress'));
}

function pauseMs(answer: HttpAnswer, attempt: number): number {
  const asked = answer.kind === 'answered' ? (answer.retryAfterS ?? 0) * 1000 : 0;
  return Math.min(longestPauseMs, Math.max(asked, 50 * 2 ** Math.min(attempt, 6)));
}

function readAnswer(what: string, answer: HttpAnswer & { kind: 'answered' }): unknown {
  if (answer.status >= 400) throw new OperatorCallFailed(what, answer.status, answer.body);
  return answer.body === '' ? {} : (JSON.parse(answer.body) as unknown);
}
