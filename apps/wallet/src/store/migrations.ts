import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { outboxSql } from '@baize/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const read = (file: string) => readFileSync(join(__dirname, '../../migrations', file), 'utf8');

/** TypeORM orders and records migrations by the timestamp in the class name; the SQL lies in `migrations/`. */
class Outbox1767225600000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(outboxSql);
  }

  down = refuseDown;
}

class Ledger1767225600001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(read('0001-ledger.sql'));
  }

  down = refuseDown;
}

class PostBatch1767225600002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(read('0002-post-batch.sql'));
  }

  down = refuseDown;
}

function refuseDown(): Promise<void> {
  return Promise.reject(new Error('the ledger is never migrated down: write a new migration'));
}

export const walletMigrations = [Outbox1767225600000, Ledger1767225600001, PostBatch1767225600002];
