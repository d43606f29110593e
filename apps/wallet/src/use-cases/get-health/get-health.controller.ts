import { ok, walletQueries, type HealthReply, type Result } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';

const version = '0.1.0';

@Controller()
export class GetHealthController {
  constructor(private readonly database: Database) {}

  @Handles(walletQueries.getHealth)
  async handle(): Promise<Result<HealthReply>> {
    const status = await this.database.check().then(
      () => 'ready' as const,
      () => 'not-ready' as const,
    );
    return ok({ status, version, uptimeSeconds: Math.floor(process.uptime()) });
  }
}
