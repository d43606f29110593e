export { Database, DbSession } from './database';
export type { DatabaseOptions } from './database';
export type { Db, Statement } from './db';
export { migrate, sqlMigrations } from './migrate';
export type { MigrationClass } from './migrate';
export { addToOutbox, inboxSql, outboxSql } from './outbox';
export type { NewEvent } from './outbox';
export { Transactions } from './transactions';
