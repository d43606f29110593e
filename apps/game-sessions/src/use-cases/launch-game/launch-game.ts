import {
  gameSessionsEvents,
  identityQueries,
  ok,
  refuse,
  type GameLaunched,
  type LaunchForm,
  type LaunchGame,
  type Result,
} from '@baize/contracts';
import type { RequestClient } from '@baize/messaging';
import { addToOutbox, type Database } from '@baize/persistence';
import { uuidv7 } from 'uuidv7';
import type { Catalogue } from '../../catalogue';
import { launchObstacle, type Game } from '../../domain/catalogue';
import type { GameSession } from '../../domain/game-session';
import type { BrandProvider, Providers } from '../../providers';
import { hashOfToken, newToken } from '../../sessions';
import { insertSession } from '../../store/sessions';

const defaultLocale = 'en';

/** Starts a session. Identity is asked first: without its answer nothing starts (the fault is thrown). */
export class LaunchGameUseCase {
  constructor(
    private readonly database: Database,
    private readonly providers: Providers,
    private readonly catalogue: Catalogue,
    private readonly client: RequestClient,
    private readonly sessionTtlMs: number,
  ) {}

  async execute({ brand, gameId, form }: LaunchGame, deadlineMs: number): Promise<Result<GameLaunched>> {
    const game = this.catalogue.find(gameId);
    const provider = game && this.providers.find(brand, game.provider);
    if (!game || !provider) return refuse('game-sessions.game-not-found', 'The brand has no such game.');
    const question = { playerId: form.playerId, brand, action: 'launch' as const };
    const answer = await this.client.call(identityQueries.checkEligibility, question, { deadlineMs });
    if (!answer.ok) return answer;
    const { allowed, reasons, country, currency } = answer.value;
    if (!allowed)
      return refuse('game-sessions.launch-refused', 'The player may not start a game now.', {
        data: { reasons },
      });
    const obstacle = launchObstacle(game, { mode: form.mode, device: form.device, country, currency });
    if (obstacle !== undefined) return refuse('game-sessions.game-not-available', obstacle);
    if (provider.launchUrl === undefined)
      return refuse('game-sessions.game-not-available', 'Launches of this provider are not configured.');
    const token = newToken();
    const session = await this.start(brand, game, form, { currency, token, provider });
    return ok({
      sessionId: session.id,
      launchUrl: launchUrlOf(provider.launchUrl, { token, game, form, currency }),
      token,
      expiresAt: new Date(session.expiresAtMs).toISOString(),
    });
  }

  private async start(
    brand: string,
    game: Game,
    form: LaunchForm,
    { currency, token, provider }: { currency: string; token: string; provider: BrandProvider },
  ): Promise<GameSession> {
    const startedAtMs = Date.now();
    const session: GameSession = {
      id: uuidv7(),
      brand,
      playerId: form.playerId,
      provider: game.provider,
      gameId: game.id,
      mode: form.mode,
      currency,
      startedAtMs,
      expiresAtMs: startedAtMs + this.sessionTtlMs,
    };
    const tokenHash = hashOfToken(token);
    const handleHash = provider.dialect.launchToken === 'exchanged-once' ? undefined : tokenHash;
    await this.database.transactions.run(async (db) => {
      await insertSession(db, session, tokenHash, handleHash);
      await addToOutbox(db, [sessionStarted(session)]);
    });
    return session;
  }
}

function sessionStarted(session: GameSession) {
  const { id: sessionId, playerId, brand, provider, gameId, mode } = session;
  const startedAt = new Date(session.startedAtMs).toISOString();
  return {
    contract: gameSessionsEvents.sessionStarted,
    subject: sessionId,
    partitionKey: playerId,
    data: { sessionId, playerId, brand, provider, gameId, mode, startedAt },
  };
}

function launchUrlOf(
  base: string,
  launch: { token: string; game: Game; form: LaunchForm; currency: string },
): string {
  const { form, game } = launch;
  const url = new URL(base);
  const query = url.searchParams;
  query.set('token', launch.token);
  query.set('player', form.playerId);
  query.set('game', game.providerGameId);
  query.set('currency', launch.currency);
  query.set('locale', form.locale ?? defaultLocale);
  query.set('mode', form.mode);
  if (form.device !== undefined) query.set('device', form.device);
  if (form.returnUrl !== undefined) query.set('returnUrl', form.returnUrl);
  return url.href;
}
