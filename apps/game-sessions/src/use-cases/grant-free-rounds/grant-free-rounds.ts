import { appendAudit } from '@baize/audit';
import {
  identityQueries,
  ok,
  refuse,
  walletQueries,
  type FreeRoundsGranted,
  type GrantFreeRounds,
  type Result,
} from '@baize/contracts';
import type { RequestClient } from '@baize/messaging';
import type { Database } from '@baize/persistence';
import { uuidv7 } from 'uuidv7';
import type { Catalogue } from '../../catalogue';
import type { Game } from '../../domain/catalogue';
import type { FreeRounds } from '../../domain/free-rounds';
import { heldMs, type FreeRoundOrders } from '../../free-round-orders';
import { FenceUnavailable, passFence } from '../../store/fence';
import { findByKey, insertFreeRounds } from '../../store/free-rounds';

const longestMs = 366 * 86_400_000;
const answerReserveMs = 300;

/**
 * Grants free rounds: once per key, however often it is asked and whatever the provider answers. Identity is asked
 * first; without its answer nothing is granted (the fault is thrown). What is refused before it began is decided afresh
 * the next time.
 */
export class GrantFreeRoundsUseCase {
  constructor(
    private readonly database: Database,
    private readonly catalogue: Catalogue,
    private readonly orders: FreeRoundOrders,
    private readonly client: RequestClient,
  ) {}

  async execute(request: GrantFreeRounds, deadlineMs: number): Promise<Result<FreeRoundsGranted>> {
    const known = await this.replay(request);
    if (known) return known;
    const game = this.gameOf(request, Date.now());
    if (!game.ok) return game;
    const { brand, playerId } = request;
    const question = { playerId, brand, action: 'bonus' as const };
    const answer = await this.client.call(identityQueries.checkEligibility, question, { deadlineMs });
    if (!answer.ok) return answer;
    const { allowed, reasons, country, currency } = answer.value;
    if (!allowed)
      return refuse('game-sessions.free-rounds-refused', 'The player may not have free rounds now.', {
        data: { reasons },
      });
    if (
      game.value.blockedCountries.includes(country) ||
      !this.catalogue.isVisible(game.value, brand, country)
    )
      return refuse(
        'game-sessions.game-not-available',
        'The game is not offered in the country of the player.',
      );
    if (request.form.stake.currency !== currency) {
      // without a wallet in it, nothing that is won could be paid
      const asked = { brand, playerId, currency: request.form.stake.currency };
      const wallet = await this.client.call(walletQueries.getBalance, asked, { deadlineMs });
      if (!wallet.ok) return wallet;
    }
    const rounds = newFreeRounds(request, game.value, Date.now());
    const inserted = await this.insert(rounds, request);
    if (inserted === 'restricted')
      return refuse('game-sessions.free-rounds-refused', 'The player may not have free rounds now.', {
        data: { reasons: ['identity.player-restricted'] },
      });
    if (!inserted) return (await this.replay(request)) ?? inProgress;
    await this.orders.settle(rounds.id, brand, deadlineMs - answerReserveMs);
    const answered = await findByKey(this.database, brand, request.idempotency);
    return answered?.answer ?? inProgress;
  }

  private async replay({
    brand,
    idempotency,
  }: GrantFreeRounds): Promise<Result<FreeRoundsGranted> | undefined> {
    const known = await findByKey(this.database, brand, idempotency);
    if (!known) return undefined;
    if (known.bodySha256 !== idempotency.bodySha256)
      return refuse('idempotency.key-reused', 'The key was used with another request.');
    if (!known.answer) return inProgress;
    return known.answer.ok
      ? ok({ ...known.answer.value, replayed: true })
      : { ok: false, error: { ...known.answer.error, replayed: true } };
  }

  /** The game, when it can be played for free as asked. */
  private gameOf({ brand, form }: GrantFreeRounds, nowMs: number): Result<Game> {
    const game = this.catalogue.find(form.gameId);
    if (!game?.enabled) return refuse('game-sessions.game-not-found', 'The brand has no such game.');
    if (!this.orders.apiOf(brand, game.provider) || game.features?.includes('free-rounds') === false)
      return refuse('game-sessions.free-rounds-not-supported', 'This game has no free rounds.');
    if (!game.currencies.includes(form.stake.currency))
      return refuse(
        'game-sessions.game-not-available',
        `The game cannot be played in ${form.stake.currency}.`,
      );
    const expiresMs = Date.parse(form.expiresAt);
    const flaws = [
      ...(form.stake.amount > 0 ? [] : [{ path: '/stake/amount', message: 'must be more than zero' }]),
      ...(expiresMs > nowMs && expiresMs <= nowMs + longestMs
        ? []
        : [{ path: '/expiresAt', message: 'must be within a year from now' }]),
    ];
    if (flaws.length > 0)
      return refuse('request.invalid', 'The request is not valid; see `errors`.', { errors: flaws });
    return ok(game);
  }

  private insert(
    rounds: FreeRounds,
    { actor, idempotency }: GrantFreeRounds,
  ): Promise<boolean | 'restricted'> {
    return this.database.transactions.run(async (db) => {
      const verdict = await passFence(db, rounds.playerId, 'bonus');
      if (verdict === 'unknown') throw new FenceUnavailable();
      if (verdict === 'forbidden') return 'restricted';
      if (!(await insertFreeRounds(db, rounds, idempotency, Date.now() + heldMs))) return false;
      const { brand, id, gameId, stake, currency } = rounds;
      const details = { freeRoundsId: id, gameId, rounds: rounds.rounds, stake, currency };
      await appendAudit(db, {
        brand,
        subject: rounds.playerId,
        actor,
        action: 'free-rounds.granted',
        details,
      });
      return true;
    });
  }
}

const inProgress = refuse('idempotency.in-progress', 'The request with this key is still being served.');

function newFreeRounds({ brand, playerId, form }: GrantFreeRounds, game: Game, nowMs: number): FreeRounds {
  const id = uuidv7();
  return {
    id,
    brand,
    playerId,
    provider: game.provider,
    gameId: game.id,
    currency: form.stake.currency,
    rounds: form.rounds,
    stake: form.stake.amount,
    status: 'pending',
    reference: id,
    consumed: 0,
    won: 0n,
    createdAtMs: nowMs,
    expiresAtMs: Date.parse(form.expiresAt),
    asked: 0,
  };
}
