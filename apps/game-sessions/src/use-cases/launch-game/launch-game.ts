import {
  gameSessionsEvents,
  identityQueries,
  ok,
  refuse,
  walletQueries,
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
import { sessionEnded } from '../../domain/session-ended';
import { admit, type SessionPolicy } from '../../domain/session-policy';
import type { ProviderGate } from '../../provider-gate';
import type { BrandProvider, Providers } from '../../providers';
import { hashOfToken, newToken, type Sessions } from '../../sessions';
import { FenceUnavailable, passFence } from '../../store/fence';
import { playTimeLeftMs } from '../../store/session-limits';
import { endSession, insertSession, listOpenSessions, lockLaunches } from '../../store/sessions';
import { launchUrlOf } from './launch-url';

/** What was found out about a launch before it starts. */
interface Launch {
  readonly brand: string;
  readonly game: Game;
  readonly form: LaunchForm;
  readonly currency: string;
  readonly provider: BrandProvider;
  readonly token: string;
}

/** Starts a session. Identity is asked first: without its answer nothing starts (the fault is thrown). */
export class LaunchGameUseCase {
  constructor(
    private readonly database: Database,
    private readonly catalogue: Catalogue,
    private readonly providers: { readonly known: Providers; readonly gate: ProviderGate },
    private readonly client: RequestClient,
    private readonly sessions: Sessions,
  ) {}

  async execute({ brand, gameId, form }: LaunchGame, deadlineMs: number): Promise<Result<GameLaunched>> {
    const game = this.catalogue.find(gameId);
    const provider = game && this.providers.known.find(brand, game.provider);
    if (!game || !provider) return refuse('game-sessions.game-not-found', 'The brand has no such game.');
    const question = { playerId: form.playerId, brand, action: 'launch' as const };
    const answer = await this.client.call(identityQueries.checkEligibility, question, { deadlineMs });
    if (!answer.ok) return answer;
    const { allowed, reasons, country, currency: usual } = answer.value;
    if (reasons.includes('identity.register-unavailable'))
      return refuse(
        'identity.register-unavailable',
        'The national register does not answer. Try again soon.',
      );
    if (!allowed)
      return refuse('game-sessions.launch-refused', 'The player may not start a game now.', {
        data: { reasons },
      });
    const currency = form.currency ?? usual;
    const wanted = { mode: form.mode, device: form.device, country, currency, nowMs: Date.now() };
    const obstacle =
      launchObstacle(game, wanted) ??
      (this.catalogue.isVisible(game, brand, country) ? undefined : 'The game is not offered here.') ??
      this.providers.gate.launchObstacle(provider);
    if (obstacle !== undefined || provider.launchUrl === undefined)
      return refuse('game-sessions.game-not-available', obstacle ?? 'The game is not offered here.');
    if (form.mode === 'real' && currency !== usual) {
      // the wallet of the default currency was opened with the player; any other one may not be there
      const asked = { brand, playerId: form.playerId, currency };
      const wallet = await this.client.call(walletQueries.getBalance, asked, { deadlineMs });
      if (!wallet.ok) return wallet;
    }
    const refused = await this.providers.gate.refusal({ brand, provider: game.provider });
    if (refused) return refused;
    const launch = { brand, game, form, currency, provider, token: newToken() };
    const session = await this.start(launch);
    if (!session.ok) return session;
    return ok(launched(session.value, launch, provider.launchUrl));
  }

  private async start(launch: Launch): Promise<Result<GameSession>> {
    const { brand, provider, token, form } = launch;
    const policy = this.providers.known.sessionPolicy(brand);
    const tokenHash = hashOfToken(token);
    const handleHash = provider.dialect.launchToken === 'exchanged-once' ? undefined : tokenHash;
    const admission = await this.database.transactions.run(async (db) => {
      // What identity answered a moment ago may be over: this is what a restriction waits for, or has come before.
      const verdict = await passFence(db, form.playerId, 'launch');
      if (verdict === 'unknown') throw new FenceUnavailable();
      if (verdict === 'forbidden') return 'identity.player-restricted';
      const counts = policy.concurrent !== 'any';
      if (counts) await lockLaunches(db, brand, form.playerId);
      const leftMs = form.mode === 'real' ? await playTimeLeftMs(db, form.playerId) : undefined;
      if (leftMs !== undefined && leftMs <= 0) return 'identity.session-time-limit';
      // Behind the lock: of sessions that replace each other the one that began last is the one that is open.
      const session = endingWithin(newSession(launch, policy, Date.now()), leftMs);
      const open = counts ? await listOpenSessions(db, brand, form.playerId) : [];
      const decided = admit(policy, session, open);
      if (!decided.admitted) return undefined;
      const endedAt = new Date(session.startedAtMs);
      for (const { id } of decided.replaces) await endSession(db, id, 'replaced', endedAt);
      await insertSession(db, session, tokenHash, handleHash);
      const ended = decided.replaces.map((replaced) => sessionEnded(replaced, 'replaced', endedAt));
      await addToOutbox(db, [...ended, sessionStarted(session)]);
      return { session, replaces: decided.replaces.length };
    });
    if (typeof admission === 'string')
      return refuse('game-sessions.launch-refused', 'The player may not start a game now.', {
        data: { reasons: [admission] },
      });
    if (!admission)
      return refuse('game-sessions.session-open', 'The player has a game open; it has to end first.');
    if (admission.replaces > 0) this.sessions.forget([form.playerId]);
    return ok(admission.session);
  }
}

/** A session is over when the player's limit on time of play is. */
function endingWithin(session: GameSession, leftMs = Infinity): GameSession {
  return { ...session, expiresAtMs: Math.min(session.expiresAtMs, session.startedAtMs + leftMs) };
}

function newSession(
  { brand, game, form, currency }: Launch,
  { maxMinutes, idleMinutes, realityCheckMinutes }: SessionPolicy,
  startedAtMs: number,
): GameSession {
  return {
    id: uuidv7(),
    brand,
    playerId: form.playerId,
    provider: game.provider,
    gameId: game.id,
    mode: form.mode,
    currency,
    startedAtMs,
    expiresAtMs: startedAtMs + maxMinutes * 60_000,
    idleMinutes,
    ...(form.device !== undefined && { device: form.device }),
    ...(form.locale !== undefined && { locale: form.locale }),
    ...(realityCheckMinutes !== undefined && { realityCheckMinutes }),
  };
}

function launched(session: GameSession, { token, game, form, currency }: Launch, base: string): GameLaunched {
  const { realityCheckMinutes } = session;
  const about = { token, providerGameId: game.providerGameId, form, currency, realityCheckMinutes };
  return {
    sessionId: session.id,
    launchUrl: launchUrlOf(base, about),
    token,
    expiresAt: new Date(session.expiresAtMs).toISOString(),
    ...(realityCheckMinutes !== undefined && { realityCheckMinutes }),
  };
}

function sessionStarted(session: GameSession) {
  const { id: sessionId, playerId, brand, provider, gameId, mode, currency, device } = session;
  const startedAt = new Date(session.startedAtMs).toISOString();
  return {
    contract: gameSessionsEvents.sessionStarted,
    subject: sessionId,
    partitionKey: playerId,
    data: {
      sessionId,
      playerId,
      brand,
      provider,
      gameId,
      mode,
      currency,
      ...(device !== undefined && { device }),
      startedAt,
    },
  };
}
