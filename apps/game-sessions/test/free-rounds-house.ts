import { randomUUID } from 'node:crypto';
import {
  gameSessionsCommands,
  gameSessionsQueries,
  identityQueries,
  ok,
  type Eligibility,
  type FreeRoundsDto,
  type FreeRoundsForm,
} from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { Catalogue } from '../src/catalogue';
import { FreeRoundLog } from '../src/free-round-log';
import { FreeRoundOrders } from '../src/free-round-orders';
import { ProviderGate } from '../src/provider-gate';
import { Providers } from '../src/providers';
import { brand, gameOf, providerApis, secrets, startTestService, type TestService } from './harness';
import { startProviderApi, type ProviderApiServer } from './provider-api-server';

const eligible: Eligibility = { allowed: true, reasons: [], epoch: 1, country: 'MT', currency: 'EUR' };
const actor = { kind: 'client', id: 'client:test' } as const;

/** A running service, the providers' own APIs, and a player who is granted free rounds. */
export class FreeRoundsHouse {
  /** What identity says, beside that all is allowed. */
  says: Partial<Eligibility> = {};
  player = randomUUID();
  endIdentity: () => void = () => undefined;

  private constructor(
    readonly api: ProviderApiServer,
    readonly service: TestService,
    readonly orders: FreeRoundOrders,
    private readonly gate: ProviderGate,
  ) {}

  static async open(): Promise<FreeRoundsHouse> {
    const api = await startProviderApi();
    const apis = providerApis(api.url);
    const service = await startTestService({ apis });
    // the schedule's first look asks the same API
    await waitFor(async () => {
      const runs = await service.database.query<{ state: string }>('SELECT state FROM catalogue_run');
      return runs.length === Object.keys(apis).length && runs.every(({ state }) => state !== 'running');
    });
    const gate = new ProviderGate();
    const catalogue = new Catalogue(service.database, () => undefined);
    await catalogue.refresh();
    const providers = Object.fromEntries(
      Object.entries(secrets).map(([name, secret]) => [name, { ...secret, api: apis[name] }]),
    );
    const known = new Providers({ brands: { [brand]: { providers } } });
    return new FreeRoundsHouse(
      api,
      service,
      new FreeRoundOrders(service.database, catalogue, known, gate),
      gate,
    );
  }

  /** Before each test: a new player, and everybody says yes. */
  reset(): void {
    this.endIdentity();
    this.says = {};
    this.player = randomUUID();
    this.endIdentity = this.service.answer(identityQueries.checkEligibility, () =>
      ok(Object.assign({}, eligible, this.says)),
    );
    this.api.answer(() => ({ body: {} }));
    this.api.seen.length = 0;
  }

  async close(): Promise<void> {
    await this.gate.close();
    await this.service.stop();
    await this.api.stop();
  }

  grant(provider: string, form: Partial<FreeRoundsForm> = {}, key: string = randomUUID(), sha = '0') {
    return this.service.client.call(gameSessionsCommands.grantFreeRounds, {
      brand,
      playerId: this.player,
      form: {
        gameId: gameOf(provider).id,
        rounds: 2,
        stake: { amount: 20, currency: 'EUR' },
        expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
        ...form,
      },
      idempotency: { key, caller: 'client:test', bodySha256: sha.repeat(64) },
      actor,
    });
  }

  async granted(provider: string): Promise<string> {
    const result = await this.grant(provider);
    if (!result.ok) throw new Error(result.error.code);
    return result.value.id;
  }

  cancel(id: string) {
    return this.service.client.call(gameSessionsCommands.cancelFreeRounds, { id, brand, actor });
  }

  async read(id: string): Promise<FreeRoundsDto> {
    const asked = { id, brand, playerId: this.player };
    const found = await this.service.client.call(gameSessionsQueries.getFreeRounds, asked);
    if (!found.ok) throw new Error(found.error.code);
    return found.value;
  }

  async eventsOf(id: string): Promise<string[]> {
    const rows = await this.service.database.query<{ type: string }>(
      'SELECT type FROM outbox WHERE subject = $1 ORDER BY id',
      [id],
    );
    return rows.map(({ type }) => type.replace(/^game-sessions\.event\.free-rounds-|\.v1$/g, ''));
  }

  /** As time does. */
  async askAgain(): Promise<void> {
    await this.service.database.query('UPDATE free_rounds SET next_ask_at = now()');
    await this.orders.settleAll();
  }

  /** The provider plays one of them. */
  play(id: string, reference: string, movementId: string): Promise<void> {
    return new FreeRoundLog(this.service.database).record(
      { brand, provider: 'hub88', playerId: this.player, reference },
      [{ kind: 'bet', movementId, transactionId: id, rounds: 1, won: 0, settled: true }],
    );
  }
}
