import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inboxSql, outboxSql } from '@baize/persistence';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The reviewed SQL beside `src` and, once built, beside `dist`. */
function sqlOf(file: string): string {
  return readFileSync(join(__dirname, '../../migrations', file), 'utf8');
}

class Players0001 implements MigrationInterface {
  readonly name = 'Players1767225600001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(outboxSql);
    await runner.query(inboxSql);
    await runner.query(sqlOf('0001-players.sql'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE registration, player, person_identifier, person_key, person');
  }
}

class Sessions0002 implements MigrationInterface {
  readonly name = 'Sessions1767225600002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(sqlOf('0002-sessions.sql'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE login_guard, spent_refresh_token, player_session');
  }
}

/** All migrations of identity, in order. */
export const migrations = [Players0001, Sessions0002];
