import { listAudit } from '@baize/audit';
import { auditQueryOf, ok, type AuditEntries, type ListAudit, type Result } from '@baize/contracts';
import { Handles } from '@baize/messaging';
import { Database } from '@baize/persistence';
import { Controller } from '@nestjs/common';

@Controller()
export class ListAuditController {
  constructor(private readonly database: Database) {}

  @Handles(auditQueryOf('game-sessions'))
  async handle(wanted: ListAudit): Promise<Result<AuditEntries>> {
    return ok({ items: await listAudit(this.database, 'game-sessions', wanted) });
  }
}
