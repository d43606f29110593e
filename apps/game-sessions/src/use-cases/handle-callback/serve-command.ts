import {
  walletCommands,
  walletQueries,
  type BalanceDto,
  type ErrorCode,
  type PostMovements,
  type Refusal,
} from '@baize/contracts';
import type { RequestClient } from '@baize/messaging';
import type { Catalogue } from '../../catalogue';
import type { Dialect, Outcome, ProviderCommand } from '../../domain/dialect';
import { statusOf, type GameSession } from '../../domain/game-session';
import type { FreeRoundLog } from '../../free-round-log';
import type { Sessions } from '../../sessions';
import type { FreeRoundUse, Spoken } from '../../store/free-round-uses';
import { usesOf } from './free-round-uses-of';
import { inMinorUnits } from './minor-units';

/** Where a command came from, and how long somebody waits for its answer. */
export interface Origin {
  readonly brand: string;
  readonly receivedAt: string;
  readonly bodySha256: string;
  /** Absolute, epoch milliseconds. */
  readonly deadlineMs: number;
}

/** Kept back from the caller's deadline to put the dialect's own fault into words. */
const answerReserveMs = 50;
/** A win or rollback is worth this long even when nobody waits any more. */
const settlementMinimumMs = 2_000;

/** A provider speaks of free rounds without moving money: it has granted them. */
const aWord = { kind: 'word', movementId: 'known', rounds: 0, won: 0, settled: false } as const;

type Refused = Outcome & { readonly kind: 'refused' };

/** Does what a decoded call asks for, whatever its dialect. Throws when the wallet or the database is silent. */
export class ServeCommand {
  constructor(
    private readonly catalogue: Catalogue,
    private readonly sessions: Sessions,
    private readonly client: RequestClient,
    private readonly freeRounds: Pick<FreeRoundLog, 'record' | 'unpaidOf'>,
  ) {}

  async execute(dialect: Dialect, command: ProviderCommand, origin: Origin): Promise<Outcome> {
    if (command.intent === 'exchange-token') {
      const entered = await this.exchange(dialect, command, origin);
      if (entered) return entered;
    }
    const session = await this.sessionOf(dialect, command, origin);
    if (dialect.launchToken !== 'not-presented' && !mayCall(session, command))
      return refused('game-sessions.session-not-found');
    // A bet that was taken is answered as it was, whatever ended since: its provider may not have heard so.
    let closed = await this.whyClosed(dialect, command, origin, session);
    if (closed && !hasBet(command)) return closed;
    if (command.intent === 'exchange-token' || command.intent === 'check-session')
      return session && command.session !== undefined
        ? this.enter(command, origin, session, command.session)
        : refused('game-sessions.session-not-found');
    const playerId = command.playerId ?? session?.playerId;
    const currency = command.currency ?? session?.currency;
    if (playerId === undefined || currency === undefined) return refused('game-sessions.session-not-found');
    const whose = { brand: origin.brand, provider: dialect.provider, playerId };
    if (command.intent === 'balance') {
      await this.noteFreeRounds(command, whose, [aWord]);
      return this.balance(origin, playerId, currency);
    }
    const gameId = await this.gameOf(dialect, command, session);
    if (gameId === undefined)
      return refused('game-sessions.game-not-found', await this.knownBalance(origin, playerId, currency));
    if (hasBet(command) && this.catalogue.find(gameId)?.enabled === false)
      closed ??= refused(
        'game-sessions.game-not-available',
        await this.knownBalance(origin, playerId, currency),
      );
    const told = inMinorUnits(command.actions, currency);
    if (!told.ok)
      return {
        kind: 'malformed',
        detail: told.error,
        ...(command.callId !== undefined && { callId: command.callId }),
      };
    const actions = await this.withoutPaid(command, whose, told.value);
    const outcome = await this.post(
      {
        ...whose,
        currency,
        gameId,
        // Named neither itself nor by a session.
        ...(command.providerGameId === undefined && command.session === undefined && { gameAssumed: true }),
        ...(command.providerRoundId !== undefined && { providerRoundId: command.providerRoundId }),
        closeRound: command.closeRound,
        ...(session && { sessionId: session.id }),
        idScope: dialect.idScope,
        actions,
        rules: dialect.rules,
        receivedAt: origin.receivedAt,
        bodySha256: origin.bodySha256,
        ...(closed && { noNewBets: true }),
      },
      origin,
    );
    if (closed && outcome.kind === 'refused' && outcome.code === 'wallet.bet-not-found') return closed;
    if (outcome.kind !== 'posted') return outcome;
    await this.noteFreeRounds(command, whose, usesOf(command, { told: told.value, actions }, outcome.posted));
    const isOver = session !== undefined && statusOf(session, Date.now()) !== 'open';
    return isOver ? { ...outcome, sessionOver: true } : outcome;
  }

  /** A total of free rounds pays what their results did not. */
  private async withoutPaid(
    { freeRounds }: ProviderCommand,
    whose: Omit<Spoken, 'reference'>,
    actions: PostMovements['actions'],
  ): Promise<PostMovements['actions']> {
    const [win] = actions;
    if (!freeRounds?.isTotal || !win) return actions;
    const of = { ...whose, reference: freeRounds.reference };
    const amount = await this.freeRounds.unpaidOf(of, { id: win.id, total: win.amount ?? 0 });
    return [{ ...win, amount }];
  }

  /**
   * Before the answer, after the money: when this fails the provider hears a fault and comes again, the wallet answers
   * as it did, and the rounds are told of then.
   */
  private async noteFreeRounds(
    { freeRounds }: ProviderCommand,
    whose: Omit<Spoken, 'reference'>,
    uses: readonly FreeRoundUse[],
  ): Promise<void> {
    if (!freeRounds || uses.length === 0) return;
    await this.freeRounds.record({ ...whose, reference: freeRounds.reference }, uses);
  }

  private async exchange(
    dialect: Dialect,
    command: ProviderCommand,
    origin: Origin,
  ): Promise<Outcome | undefined> {
    const { session: token = '', playerId } = command;
    const launched = await this.sessions.findLaunched(origin.brand, dialect.provider, token, playerId);
    if (!launched) return undefined;
    // Before the token is spent: when the wallet is silent, it stays good for the provider's next try.
    const entered = await this.enter(command, origin, launched, '');
    if (entered.kind !== 'session') return entered;
    const session = await this.sessions.exchange(origin.brand, dialect.provider, token, playerId);
    return session === undefined ? undefined : { ...entered, session };
  }

  private async enter(
    { withBalance }: ProviderCommand,
    origin: Origin,
    { playerId, currency, mode }: GameSession,
    session: string,
  ): Promise<Outcome> {
    const entered = { kind: 'session' as const, session, playerId };
    if (!withBalance) return entered;
    if (mode === 'demo') return refused('game-sessions.session-not-found');
    const outcome = await this.balance(origin, playerId, currency);
    return outcome.kind === 'balance' ? { ...entered, balance: outcome.balance } : outcome;
  }

  private async sessionOf(
    { provider, launchToken }: Dialect,
    { session, playerId }: ProviderCommand,
    { brand }: Origin,
  ): Promise<GameSession | undefined> {
    if (session !== undefined) return this.sessions.find(brand, provider, session);
    if (launchToken === 'not-presented' || playerId === undefined) return undefined;
    return this.sessions.newestOf(brand, provider, playerId);
  }

  /** Why the player's sessions take nothing new; wins and rollbacks are never refused for that. */
  private async whyClosed(
    { provider, launchToken }: Dialect,
    command: ProviderCommand,
    origin: Origin,
    session: GameSession | undefined,
  ): Promise<Refused | undefined> {
    if (settlesOnly(command)) return undefined;
    if (session && statusOf(session, Date.now()) !== 'open')
      return { ...refused('game-sessions.session-not-found'), sessionOver: true };
    const { playerId, currency } = command;
    if (!hasBet(command) || playerId === undefined || currency === undefined) return undefined;
    if (launchToken === 'not-presented') {
      // Who was never launched there has no session that could be over.
      if (!(await this.sessions.areOver(origin.brand, provider, playerId))) return undefined;
      const balance = await this.knownBalance(origin, playerId, currency);
      return { ...refused('game-sessions.session-not-found', balance), sessionOver: true };
    }
    // What a session adds up to is of one currency.
    const isForeign = command.session !== undefined && session?.currency !== currency;
    if (!session || !isForeign) return undefined;
    const balance = await this.knownBalance(origin, session.playerId, session.currency);
    return refused('wallet.currency-mismatch', balance);
  }

  /** Another replica may have launched a game a moment ago that this one has not heard of: that is no refusal. */
  private async gameOf(...of: Parameters<ServeCommand['gameIdFor']>): Promise<string | undefined> {
    const game = this.gameIdFor(...of);
    if (game !== undefined) return game;
    await this.catalogue.lookAgain();
    return this.gameIdFor(...of);
  }

  private gameIdFor(
    dialect: Dialect,
    command: ProviderCommand,
    session: GameSession | undefined,
  ): string | undefined {
    const { providerGameId } = command;
    const game =
      providerGameId === undefined
        ? session && this.catalogue.find(session.gameId)
        : this.catalogue.findByProviderGameId(dialect.provider, providerGameId);
    // what was launched is a game, even where the catalogue has not heard of it yet
    const launched = providerGameId === undefined ? session?.gameId : undefined;
    // a bet that was refused for its game is taken back all the same; one that was taken says which game it is of
    const takenBack = takesBackOnly(command) ? (session?.gameId ?? providerGameId) : undefined;
    return game?.id ?? launched ?? takenBack;
  }

  private async post(movements: PostMovements, origin: Origin): Promise<Outcome> {
    const latest = origin.deadlineMs - answerReserveMs;
    const deadlineMs = hasBet(movements) ? latest : Math.max(latest, Date.now() + settlementMinimumMs);
    const result = await this.client.call(walletCommands.post, movements, { deadlineMs });
    if (result.ok) return { kind: 'posted', posted: result.value };
    const { code, data } = result.error;
    // What takes back a bet that never came can close no round: nobody has seen it either.
    if (code === 'wallet.bet-not-found' && movements.closeRound && takesBackOnly(movements))
      return this.post(Object.assign(movements, { closeRound: false }), origin);
    // Of our words to the wallet, not of the provider's: its next try may meet services that agree.
    if (code.startsWith('request.')) return { kind: 'fault' };
    const balance =
      balanceIn(data) ?? (await this.knownBalance(origin, movements.playerId, movements.currency));
    return refused(code, balance);
  }

  private async balance(origin: Origin, playerId: string, currency: string): Promise<Outcome> {
    const deadlineMs = origin.deadlineMs - answerReserveMs;
    const payload = { brand: origin.brand, playerId, currency };
    const result = await this.client.call(walletQueries.getBalance, payload, { deadlineMs });
    return result.ok ? { kind: 'balance', balance: result.value } : refused(result.error.code);
  }

  private async knownBalance(
    origin: Origin,
    playerId: string,
    currency: string,
  ): Promise<BalanceDto | undefined> {
    const outcome = await this.balance(origin, playerId, currency);
    return outcome.kind === 'balance' ? outcome.balance : undefined;
  }
}

/** Whose session it is may call in it; who names no session, and has none, can still be paid. */
function mayCall(session: GameSession | undefined, command: ProviderCommand): boolean {
  return session ? isOf(session, command) : settlesOnly(command) && command.session === undefined;
}

/** Whether the session is for money and of the player whom the call names, if it names one. */
function isOf({ mode, playerId }: GameSession, command: ProviderCommand): boolean {
  return mode === 'real' && (command.playerId === undefined || command.playerId === playerId);
}

/** Only pays and takes back, which no end of anything forbids. */
function settlesOnly(command: ProviderCommand): boolean {
  return command.intent === 'post' && !hasBet(command);
}

function hasBet({ actions }: Pick<ProviderCommand, 'actions'>): boolean {
  return actions.some(({ kind }) => kind === 'bet');
}

function takesBackOnly({ actions }: Pick<ProviderCommand, 'actions'>): boolean {
  return actions.length > 0 && actions.every(({ kind }) => kind === 'rollback');
}

function refused(code: ErrorCode, balance?: BalanceDto): Refused {
  return { kind: 'refused', code, at: new Date().toISOString(), ...(balance && { balance }) };
}

/** The wallet puts the live balance beside its refusals where there is a wallet. */
function balanceIn(data: Refusal['data']): BalanceDto | undefined {
  return data?.balance as BalanceDto | undefined;
}
