import { Controller } from '@nestjs/common';
import {
  gameSessionsQueries,
  ok,
  type HealthReply,
  type ProviderEdge,
  type ProviderList,
  type Result,
} from '@baize/contracts';
import { Handles } from '@baize/messaging';
import type { Dialect } from '../../domain/dialect';
import { Providers } from '../../providers';

const version = '0.1.0';

/** What the gateway asks about this service itself. */
@Controller()
export class ListProvidersController {
  constructor(private readonly providers: Providers) {}

  @Handles(gameSessionsQueries.listProviders)
  listProviders(): Result<ProviderList> {
    return ok({ items: this.providers.dialects().map(edgeOf) });
  }

  @Handles(gameSessionsQueries.getHealth)
  getHealth(): Result<HealthReply> {
    return ok({ status: 'ready', version, uptimeSeconds: Math.floor(process.uptime()) });
  }
}

function edgeOf(dialect: Dialect): ProviderEdge {
  return {
    provider: dialect.provider,
    priorities: [...dialect.priorities],
    fault: dialect.answer({ kind: 'fault' }),
  };
}
