import { join } from 'node:path';
import { auditSql } from '@baize/audit';
import { idempotencySql, sqlMigrations } from '@baize/persistence';

/** The reviewed SQL lies beside `src` and, once built, beside `dist`. */
export const migrations = sqlMigrations(join(__dirname, '../../migrations'), {
  audit: auditSql,
  idempotency: idempotencySql,
});
