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
import type { Quarantine, QuarantineReason } from '../../quarantine';
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
      await keep('malformed', decoded.error.detail);
      return answer({ kind: 'malformed', ...decoded.error });
    }
    const origin = {
      brand: request.brand,
      receivedAt: request.receivedAt,
      bodySha256: createHash('sha256').update(body).digest('hex'),
      deadlineMs,
    };
    const outcome = await this.outcomeOf(dialect, decoded.value, origin);
    if (outcome.kind === 'malformed') await keep('malformed', outcome.detail);
    if (outcome.kind === 'refused' && isDisputed(outcome.code, decoded.value))
      await keep('disputed', outcome.code);
    return answer(outcome, decoded.value);
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

/** What a retry will not mend: other data under a known id, a win that may be owed and could not be paid. */
function isDisputed(code: ErrorCode, { actions }: ProviderCommand): boolean {
  if (code === 'wallet.movement-conflict') return true;
  const unpayable = code === 'wallet.currency-mismatch' || code === 'wallet.bet-already-rolled-back';
  return unpayable && actions.some(({ kind }) => kind === 'win');
}
