import { identityQueries, ok, type HealthReply, type Result } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { healthOf } from '@baize/runtime';
import { Controller } from '@nestjs/common';

@Controller()
export class GetHealthController {
  constructor(private readonly database: Database) {}

  @Handles(identityQueries.getHealth)
  async handle(): Promise<Result<HealthReply>> {
    return ok(await healthOf(() => this.database.check()));
  }
}
