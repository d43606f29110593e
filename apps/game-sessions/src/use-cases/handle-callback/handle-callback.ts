import { createHash } from 'node:crypto';
import {
  ok,
  refuse,
  type CallbackAnswer,
  type ErrorCode,
  type HandleCallback,
  type Result,
} from '@baize/contracts';
import { counter, type Logger } from '@baize/runtime';
import type { Dialect, Outcome, ProviderCall, ProviderCommand } from '../../domain/dialect';
import { labelOf } from '../../domain/outcome-label';
import { signOf } from '../../domain/quality';
import type { ProviderWatch } from '../../provider-watch';
import type { Providers } from '../../providers';
import type { Fate, Quarantine, QuarantineReason } from '../../quarantine';
import type { ServeCommand } from './serve-command';

const callbacks = counter('baize_callbacks_total', 'Provider callbacks by provider and what became of them', [
  'provider',
  'outcome',
]);
const refusals = counter('baize_callback_refusals_total', 'Refused provider callbacks by provider and code', [
  'provider',
  'code',
]);

/**
 * Serves one call of a game provider: verify the raw bytes, decode, do what it asks, answer in its dialect.
 * Nothing is written here but a quarantined body.
 */
export class HandleCallbackUseCase {
  constructor(
    private readonly providers: Providers,
    private readonly serveCommand: ServeCommand,
    private readonly quarantine: Quarantine,
    private readonly watch: ProviderWatch,
    private readonly log: Logger,
  ) {}

  async execute(request: HandleCallback, deadlineMs: number): Promise<Result<CallbackAnswer>> {
    const known = this.providers.find(request.brand, request.provider);
    if (!known) return refuse('game-sessions.unknown-provider', 'The brand has no such game provider.');
    const { dialect } = known;
    const body = Buffer.from(request.bodyBase64, 'base64');
    const call: ProviderCall = {
      method: request.method,
      path: request.path,
      query: request.query,
      headers: request.headers,
      body,
    };
    const keep = (reason: QuarantineReason, detail: string) =>
      this.quarantine.keep(request, { call, dialect, reason, detail });
    const answer = (outcome: Outcome, command?: ProviderCommand) => {
      this.watch.sawCallback(request, signOf(outcome, command));
      return this.answer(dialect, outcome, command);
    };
    if (!known.verify(call, Date.now())) {
      await keep('unauthenticated', 'signature or secret does not match');
      return answer({ kind: 'unauthenticated' });
    }
    const decoded = dialect.decode(call);
    if (!decoded.ok) {
      const fate = await keep('malformed', decoded.error.detail);
      return answer(fate === 'lost' ? { kind: 'fault' } : { kind: 'malformed', ...decoded.error });
    }
    const origin = {
      brand: request.brand,
      receivedAt: request.receivedAt,
      bodySha256: createHash('sha256').update(body).digest('hex'),
      deadlineMs,
    };
    const command = decoded.value;
    const outcome = await this.outcomeOf(dialect, command, origin);
    const fate = await this.keptFate(outcome, command, keep);
    return answer(mayBeSaid(outcome, command, fate) ? outcome : { kind: 'fault' }, command);
  }

  /** Undefined for what nobody has to look at. */
  private async keptFate(
    outcome: Outcome,
    command: ProviderCommand,
    keep: (reason: QuarantineReason, detail: string) => Promise<Fate>,
  ): Promise<Fate | undefined> {
    if (outcome.kind === 'malformed') return keep('malformed', outcome.detail);
    const isKept = outcome.kind === 'refused' && isDisputed(outcome.code, command);
    return isKept ? keep('disputed', outcome.code) : undefined;
  }

  private async outcomeOf(
    dialect: Dialect,
    command: ProviderCommand,
    origin: Parameters<ServeCommand['execute']>[2],
  ): Promise<Outcome> {
    try {
      return await this.serveCommand.execute(dialect, command, origin);
    } catch (error) {
      // Whether the wallet posted is unknown; the dialect's fault code makes the provider ask again or roll back.
      this.log.warn({ err: error, provider: dialect.provider }, 'callback could not be served');
      return { kind: 'fault' };
    }
  }

  private answer(dialect: Dialect, outcome: Outcome, command?: ProviderCommand): Result<CallbackAnswer> {
    const label = labelOf(outcome);
    callbacks.inc({ provider: dialect.provider, outcome: label });
    if (outcome.kind === 'refused') refusals.inc({ provider: dialect.provider, code: outcome.code });
    return ok({ ...dialect.answer(outcome, command), outcome: label });
  }
}

/**
 * A last word is only said of what is kept: a win that nobody would know of is better sent again. Nonsense is not worth
 * that when there is too much of it, and a bet would be rolled back under an id that stands for another.
 */
function mayBeSaid(outcome: Outcome, { actions }: ProviderCommand, fate: Fate | undefined): boolean {
  if (outcome.kind === 'malformed') return fate !== 'lost';
  return fate === undefined || fate === 'kept' || actions.some(({ kind }) => kind === 'bet');
}

const unpayable = new Set<ErrorCode>([
  'wallet.currency-mismatch',
  'wallet.bet-already-rolled-back',
  'wallet.amount-out-of-range',
  'game-sessions.game-not-found',
]);

/** What a retry will not mend: other data under a known id, a win or a stake that may be owed and could not be paid. */
function isDisputed(code: ErrorCode, { actions }: ProviderCommand): boolean {
  if (code === 'wallet.movement-conflict') return true;
  return unpayable.has(code) && actions.some(({ kind }) => kind !== 'bet');
}
