import { Controller } from '@nestjs/common';
import { gameSessionsQueries, ok, type ProviderEdge, type ProviderList, type Result } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import type { Dialect } from '../../domain/dialect';
import { Providers } from '../../providers';

/** The dialects that are served and how urgent their calls are; the gateway asks at its start and now and then. */
@Controller()
export class ListProvidersController {
  constructor(private readonly providers: Providers) {}

  @Handles(gameSessionsQueries.listProviders)
  listProviders(): Result<ProviderList> {
    return ok({ items: this.providers.dialects().map(edgeOf) });
  }
}

function edgeOf(dialect: Dialect): ProviderEdge {
  return {
    provider: dialect.provider,
    priorities: [...dialect.priorities],
    fault: dialect.answer({ kind: 'fault' }),
  };
}
