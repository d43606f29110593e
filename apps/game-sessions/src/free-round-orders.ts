import { ok, refuse, type FreeRoundsGranted, type Result } from '@baize/contracts';
import type { Database } from '@baize/persistence';
import { tryEach } from '@baize/runtime';
import type { Catalogue } from './catalogue';
import {
  cancelled,
  cancelRefused,
  granted,
  refusedByProvider,
  timeIsOver,
  type FreeRounds,
  type Step,
} from './domain/free-rounds';
import type { FreeRoundOrder, OrderReply, ProviderApi } from './domain/provider-api';
import { moveOn, saveStep } from './free-round-log';
import type { ProviderGate } from './provider-gate';
import type { Providers } from './providers';
import {
  findFreeRounds,
  findOverdue,
  lockFreeRounds,
  postponeAsking,
  storeAnswer,
  takeUnsettled,
} from './store/free-rounds';

const atOnce = 20;
const firstPauseMs = 5_000;
const longestPauseMs = 300_000;
/** How long a process has a provider's answer to itself; one that died is followed by another after it. */
export const heldMs = 30_000;
const askMs = 8_000;
/** After the end of their time: the last wins are still under way. */
const graceMs = 3_600_000;

/**
 * Tells providers what is to become of free rounds, until they have said what did: a question that nobody answered is
 * asked again with the same id, and what is not known is never taken for a no.
 */
export class FreeRoundOrders {
  constructor(
    private readonly database: Database,
    private readonly catalogue: Catalogue,
    private readonly providers: Providers,
    private readonly gate: ProviderGate,
  ) {}

  /** How the brand's provider is told of free rounds; undefined where the dialect or the configuration has no way. */
  apiOf(brand: string, provider: string): NonNullable<ProviderApi['freeRounds']> | undefined {
    return this.providers.find(brand, provider)?.api?.freeRounds;
  }

  /** Asks the provider once for what the rounds wait for, and writes down what it said. Answers them as they are then. */
  async settle(id: string, brand: string, deadlineMs: number): Promise<FreeRounds> {
    const rounds = await findFreeRounds(this.database, id, brand);
    if (!rounds) throw new Error('free rounds are gone');
    const act = rounds.status === 'pending' ? 'grant' : rounds.status === 'cancelling' ? 'cancel' : undefined;
    if (act) await this.write(rounds.id, act, await this.ask(rounds, act, deadlineMs));
    return (await findFreeRounds(this.database, id, brand)) ?? rounds;
  }

  /** Asks again about what is not known. Every replica may run it. */
  async settleAll(): Promise<void> {
    for (;;) {
      const taken = await takeUnsettled(this.database, atOnce, heldMs);
      // side by side: a provider that is silent keeps none of another one waiting
      const asked = await Promise.allSettled(
        taken.map(({ id, brand }) => this.settle(id, brand, Date.now() + askMs)),
      );
      const failures = asked.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
      if (failures.length > 0) throw new AggregateError(failures, 'free rounds could not be settled');
      if (taken.length < atOnce) break;
    }
  }

  /** Ends what is overdue. Every replica may run it. */
  async endOverdue(): Promise<void> {
    await tryEach(await findOverdue(this.database, atOnce, graceMs), (id) =>
      this.database.transactions.run(async (db) => {
        const rounds = await lockFreeRounds(db, id);
        if (rounds) await saveStep(db, timeIsOver(rounds, Date.now()));
      }),
    );
  }

  private async ask(rounds: FreeRounds, act: 'grant' | 'cancel', deadlineMs: number): Promise<OrderReply> {
    const { brand, provider } = rounds;
    const api = this.providers.find(brand, provider)?.api;
    const game = this.catalogue.find(rounds.gameId);
    if (!api?.freeRounds || !game) return { kind: 'unknown', why: 'the provider has no API any more' };
    const request = api.freeRounds[act].request(orderOf(rounds, game.providerGameId), this.gate.moment());
    const operation = act === 'grant' ? ('grant-free-rounds' as const) : ('cancel-free-rounds' as const);
    const asked = await this.gate.ask(
      { brand, provider, operation, baseUrl: api.baseUrl },
      request,
      deadlineMs,
    );
    return asked.kind === 'silent'
      ? { kind: 'unknown', why: asked.why }
      : api.freeRounds[act].read(asked.reply);
  }

  private async write(id: string, act: 'grant' | 'cancel', reply: OrderReply): Promise<void> {
    await this.database.transactions.run(async (db) => {
      const rounds = await lockFreeRounds(db, id);
      if (!rounds) return;
      const { next, events } = stepOf(rounds, act, reply);
      await saveStep(db, { next, events });
      await storeAnswer(db, id, answerOf(next));
      if (reply.kind === 'unknown') await postponeAsking(db, id, Date.now() + pauseMs(next.asked));
      // what was played under the name that the provider has only told us now
      if (next.reference !== rounds.reference) await moveOn(db, next);
    });
  }
}

function orderOf(rounds: FreeRounds, providerGameId: string): FreeRoundOrder {
  const { id, reference, playerId, currency, stake, createdAtMs, expiresAtMs } = rounds;
  return {
    id,
    ...(reference !== id && { reference }),
    playerId,
    providerGameId,
    currency,
    rounds: rounds.rounds,
    stake,
    startsAtMs: createdAtMs,
    expiresAtMs,
  };
}

function stepOf(rounds: FreeRounds, act: 'grant' | 'cancel', reply: OrderReply): Step {
  const now = Date.now();
  switch (reply.kind) {
    case 'unknown':
      return { next: { ...rounds, asked: rounds.asked + 1, detail: reply.why }, events: [] };
    case 'done':
      return act === 'grant' ? granted(rounds, now, reply.reference) : cancelled(rounds, now);
    case 'refused':
      return act === 'grant'
        ? refusedByProvider(rounds, now, reply.why)
        : cancelRefused(rounds, now, reply.why);
  }
}

/** What whoever asked for them is told, now and when the question is repeated. */
function answerOf({ id, status, detail }: FreeRounds): Result<FreeRoundsGranted> {
  if (status !== 'refused') return ok({ id, status });
  return refuse('game-sessions.free-rounds-refused', 'The provider does not grant these free rounds.', {
    data: { reasons: [detail ?? ''] },
  });
}

function pauseMs(asked: number): number {
  return Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(asked, 10));
}
