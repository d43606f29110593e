import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  answerEvolution,
  answerSoftswiss,
  evolutionToken,
  softswissSecret,
  type FakeAnswer,
} from './fake-callbacks';
import { freeRoundsName } from '../src/domain/free-rounds';
import { FakeWallet, type FakeLine } from './fake-wallet';

/** What the fake does wrong on purpose. */
export interface Sabotage {
  /** Share of callbacks that are done and then answered with HTTP 500. */
  readonly faultAfterCommit?: number;
  /** Share of callbacks that are answered with HTTP 500 and not done. */
  readonly faultBeforeCommit?: number;
  /** Ids are taken for unique among all players. */
  readonly mixesPlayers?: boolean;
  /** An exclusion is acknowledged and bets are taken. */
  readonly forgetsToExclude?: boolean;
  /** Breakers are acknowledged and change nothing. */
  readonly ignoresBreakers?: boolean;
  /** Voiding a round is acknowledged and not done. */
  readonly forgetsToVoid?: boolean;
  /** What it says that free rounds won. */
  readonly freeRoundsWon?: (won: number) => number;
  /** Changes what a player's account shows; oldest line first. */
  readonly tamper?: (lines: FakeLine[]) => FakeLine[];
}

/** The operator API and two dialects on an in-memory wallet. */
export class FakePlatform {
  readonly wallets = new Map<string, FakeWallet>();
  private readonly unavailable = new Set<string>();
  private readonly granted = new Map<string, { wallet: FakeWallet; rounds: number }>();
  private readonly server: Server;
  private folder: string | undefined;
  private constructor(
    private readonly sabotage: Sabotage,
    private readonly random: () => number,
  ) {
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  static async start(sabotage: Sabotage, random: () => number): Promise<FakePlatform> {
    const platform = new FakePlatform(sabotage, random);
    await new Promise<void>((resolve) => platform.server.listen(0, '127.0.0.1', resolve));
    return platform;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Writes what `npm start` would; gives the path. */
  async stackFile(): Promise<string> {
    this.folder = await mkdtemp(join(tmpdir(), 'baize-sandbox-'));
    const path = join(this.folder, 'demo.json');
    const access = (provider: string, credentials: object) => ({
      baseUrl: `${this.url}/callbacks/games/demo/${provider}`,
      credentials,
    });
    const stack = {
      gatewayUrl: this.url,
      sandboxUrl: this.url,
      clients: ['operator', 'compliance'].map((name) => ({ name, clientId: name, clientSecret: 'secret' })),
      providers: {
        softswiss: access('softswiss', { secret: softswissSecret }),
        evolution: access('evolution', { authToken: evolutionToken }),
      },
    };
    await writeFile(path, JSON.stringify(stack));
    return path;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    if (this.folder !== undefined) await rm(this.folder, { recursive: true, force: true });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return; // the client gave up before it had said everything
    }
    const answer = this.answer(request, Buffer.concat(chunks).toString());
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  }

  private answer(request: IncomingMessage, body: string): FakeAnswer {
    const url = new URL(request.url ?? '/', this.url);
    const callback = /^\/callbacks\/games\/demo\/(softswiss|evolution)(\/.*)$/.exec(url.pathname);
    if (!callback) return this.operator(request.method ?? '', url, body);
    if (this.random() < (this.sabotage.faultBeforeCommit ?? 0)) return { status: 500, body: '' };
    const path = callback[2] ?? '';
    const answer =
      callback[1] === 'softswiss'
        ? answerSoftswiss(this.wallets, path, String(request.headers['x-request-sign']), body)
        : answerEvolution(this.wallets, path, url.searchParams.get('authToken'), body);
    return this.random() < (this.sabotage.faultAfterCommit ?? 0) ? { status: 500, body: '' } : answer;
  }

  private operator(method: string, url: URL, body: string): FakeAnswer {
    const [, , group, id = '', what] = url.pathname.split('/');
    const json = (status: number, value: object): FakeAnswer => ({ status, body: JSON.stringify(value) });
    if (url.pathname === '/oauth/token') return json(200, { access_token: 'token', expires_in: 600 });
    if (method === 'DELETE') return { status: 204, body: '' };
    if (group === 'providers') {
      if ((JSON.parse(body) as { action: string }).action === 'close') this.unavailable.delete(id);
      else if (this.sabotage.ignoresBreakers !== true) this.unavailable.add(id);
      return json(200, {});
    }
    if (group === 'games' && method === 'POST' && this.unavailable.has(id))
      return json(503, { code: 'game-sessions.provider-unavailable' });
    if (group === 'games' && method === 'POST')
      return json(201, { sessionId: randomUUID(), launchUrl: 'http://x/', token: randomUUID() });
    if (group === 'games') {
      const provider = url.searchParams.get('provider') ?? '';
      const game = { id: provider, provider, providerGameId: 'fake:game' };
      return json(200, { items: this.unavailable.has(provider) ? [] : [game] });
    }
    if (group === 'players' && id === '') {
      const playerId = randomUUID();
      this.wallets.set(playerId, new FakeWallet(this.sabotage.mixesPlayers ? this.wallets : undefined));
      return json(201, { id: playerId });
    }
    if (group === 'rounds') return this.round(method, id);
    if (group === 'free-rounds') return json(200, this.freeRounds(id));
    const wallet = this.wallets.get(id);
    if (!wallet) return json(404, { code: 'identity.player-not-found' });
    if (what === 'free-rounds') {
      const grantId = randomUUID();
      this.granted.set(grantId, { wallet, rounds: (JSON.parse(body) as { rounds: number }).rounds });
      return json(201, { id: grantId, status: 'active' });
    }
    if (what === 'exclusions') {
      wallet.excluded = this.sabotage.forgetsToExclude !== true;
      return json(201, { id: randomUUID() });
    }
    if (what === 'adjustments') {
      wallet.adjust(BigInt((JSON.parse(body) as { amount: { amount: number } }).amount.amount));
      return json(201, { id: randomUUID(), status: 'posted' });
    }
    if (what === 'rounds') {
      const items = wallet
        .roundsOf()
        .map((round) => ({ ...round, id: `${id}~${round.provider}~${round.providerRoundId}` }));
      return json(200, { items: items.reverse() });
    }
    if (what === 'balance') return json(200, { total: Number(wallet.balance) });
    return json(200, this.page(wallet, Number(url.searchParams.get('cursor') ?? 0)));
  }

  private round(method: string, id: string): FakeAnswer {
    const [playerId = '', provider = '', providerRoundId = ''] = decodeURIComponent(id).split('~');
    const wallet = this.wallets.get(playerId);
    if (method === 'POST') {
      if (this.sabotage.forgetsToVoid !== true) wallet?.voidRound(`${provider}:${providerRoundId}`);
      return { status: 201, body: JSON.stringify({ id: randomUUID(), roundId: id, action: 'void' }) };
    }
    const found = wallet?.roundsOf().find((round) => round.providerRoundId === providerRoundId);
    return { status: 200, body: JSON.stringify({ ...found, id }) };
  }

  /** Both dialects here tell of free rounds when all are played. */
  private freeRounds(id: string): object {
    const { wallet, rounds } = this.granted.get(id)!;
    const names = [freeRoundsName('softswiss', id), freeRoundsName('evolution', id)];
    const paid = wallet.lines.find(({ providerTxId = '' }) => names.includes(providerTxId));
    if (!paid) return { status: 'active', consumed: 0, won: 0 };
    const won = (this.sabotage.freeRoundsWon ?? ((same) => same))(Number(paid.amount));
    return { status: 'completed', consumed: rounds, won };
  }

  private page(wallet: FakeWallet, from: number): object {
    const copies = wallet.lines.map((line) => ({ ...line }));
    const lines = (this.sabotage.tamper ?? ((same) => same))(copies).reverse();
    const next = from + 50;
    return {
      items: lines.slice(from, next).map((line) => ({
        ...line,
        amount: Number(line.amount),
        balanceAfter: Number(line.balanceAfter),
        funds: { real: Number(line.funds), bonus: 0, locked: 0 },
      })),
      nextCursor: next < lines.length ? String(next) : null,
    };
  }
}
