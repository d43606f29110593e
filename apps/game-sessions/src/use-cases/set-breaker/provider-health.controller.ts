import { Controller } from '@nestjs/common';
import {
  ok,
  providerCommands,
  providerQueries,
  refuse,
  type ListProviderHealth,
  type ProviderHealthDto,
  type ProviderHealthList,
  type Result,
  type SetBreaker,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { ProviderWatch } from '../../provider-watch';
import type { WatchedBreaker } from '../../store/provider-health';
import { SetBreakerUseCase } from './set-breaker';

/** How the brand's providers are, and their breakers by hand. */
@Controller()
export class ProviderHealthController {
  constructor(
    private readonly watch: ProviderWatch,
    private readonly useCase: SetBreakerUseCase,
  ) {}

  @Handles(providerQueries.listProviderHealth)
  list({ brand }: ListProviderHealth): Result<ProviderHealthList> {
    return ok({ items: this.watch.of(brand).map(toDto) });
  }

  @Handles(providerCommands.setBreaker)
  async set(request: SetBreaker): Promise<Result<ProviderHealthDto>> {
    const changed = await this.useCase.execute(request);
    if (!changed.ok) return changed;
    const watched = this.watch.of(request.brand).find(({ provider }) => provider === request.provider);
    return watched
      ? ok(toDto({ ...watched, breaker: changed.value }))
      : refuse('game-sessions.unknown-provider', 'The brand has no such game provider.');
  }
}

function toDto({ provider, breaker, seen }: WatchedBreaker): ProviderHealthDto {
  const { state, manual, reason, changedAtMs, retryAtMs } = breaker;
  return {
    provider,
    state,
    manual,
    reason,
    changedAt: new Date(changedAtMs).toISOString(),
    ...(state === 'open' && retryAtMs !== undefined && { retryAt: new Date(retryAtMs).toISOString() }),
    ...seen,
  };
}
