import { connect } from 'nats';
import { Client } from 'pg';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTestDatabase, startNatsServer, startPostgres, waitFor } from './index';

class CreateNote1700000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create table note (id bigint primary key)');
  }
  async down(): Promise<void> {
    // Migrations are never undone.
  }
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

describe('test servers', () => {
  it('gives every caller its own migrated database', async () => {
    const options = { migrations: [CreateNote1700000000000] };
    const [first, second] = await Promise.all([createTestDatabase(options), createTestDatabase(options)]);
    await query(first.url, 'insert into note values (1)');
    expect(await query(first.url, 'select id from note')).toEqual([{ id: '1' }]);
    expect(await query(second.url, 'select id from note')).toEqual([]);
    await Promise.all([first.drop(), second.drop()]);
    await expect(query(first.url, 'select 1')).rejects.toThrow(/does not exist/);
  });

  it('runs PostgreSQL 18 with fsync on', async () => {
    const { url, drop } = await createTestDatabase({ migrations: [] });
    const [row] = await query(
      url,
      "select current_setting('fsync') fsync, current_setting('server_version') version",
    );
    expect(row).toEqual({ fsync: 'on', version: expect.stringMatching(/^18\./) as string });
    await drop();
  });

  it('keeps the data of a private PostgreSQL over a crash', async () => {
    const server = await startPostgres();
    await query(server.url, 'create table note as select 7 as id');
    await server.kill();
    await expect(query(server.url, 'select 1')).rejects.toThrow();
    await server.restart();
    expect(await query(server.url, 'select id from note')).toEqual([{ id: 7 }]);
    await server.stop();
  });

  it('keeps the streams of a private nats-server over a crash', async () => {
    const server = await startNatsServer({ config: 'max_payload: 2048' });
    const first = await connect({ servers: server.url, reconnect: false });
    expect(first.info?.max_payload).toBe(2048);
    await (await first.jetstreamManager()).streams.add({ name: 'notes', subjects: ['note.>'] });
    await first.jetstream().publish('note.a', 'hello');
    await server.kill();
    await waitFor(() => first.isClosed());
    await server.restart();
    const second = await connect({ servers: server.url });
    const info = await (await second.jetstreamManager()).streams.info('notes');
    expect(info.state.messages).toBe(1);
    await second.close();
    await server.stop();
  });
});
