import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Msg, NatsConnection } from 'nats';
import type { Platform } from '../fence/platform';

/** A place with all that can be read there. */
export interface Place {
  readonly name: string;
  readonly text: string;
}

/** Every line of every process' log. */
export function readLogs({ stack }: Platform): Place[] {
  const folder = join(stack.folder, 'logs');
  return readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
}

/** Every column of every row of every table. */
export async function readTables({ databases }: Platform): Promise<Place[]> {
  const places: Place[] = [];
  for (const [service, database] of Object.entries(databases)) {
    const tables = await database.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables
       WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY table_name`,
    );
    for (const { name } of tables) {
      const rows = await database.query<{ text: string }>(`SELECT t::text AS text FROM "${name}" t`);
      places.push({ name: `${service}.${name}`, text: rows.map(({ text }) => text).join('\n') });
    }
  }
  return places;
}

/** Every message that every stream and bucket holds. */
export async function readStreams({ broker }: Platform): Promise<Place[]> {
  const manager = await broker.jetstreamManager();
  const places: Place[] = [];
  for await (const { config, state } of manager.streams.list()) {
    const texts: string[] = [];
    for (let seq = state.first_seq; seq <= state.last_seq && seq > 0; seq += 1) {
      // what was removed since leaves a gap
      const found = await manager.streams.getMessage(config.name, { seq }).catch(() => undefined);
      if (found) texts.push(`${found.subject}\n${Buffer.from(found.data).toString()}`);
    }
    places.push({ name: config.name, text: texts.join('\n') });
  }
  return places;
}

export async function readMetrics({ demo }: Platform): Promise<Place[]> {
  const pages = Object.entries(demo.metrics).map(async ([name, url]) => {
    return { name, text: await (await fetch(url)).text() };
  });
  return Promise.all(pages);
}

/** A message that went over the broker, with the subject of the request that it answers. */
export interface Heard {
  readonly subject: string;
  readonly text: string;
}

/** Listens to everything from now on; a reply is heard under the subject of its request. */
export function listen(broker: NatsConnection): Heard[] {
  const heard: Heard[] = [];
  const asked = new Map<string, string>();
  const hear = ({ subject, reply, data, headers }: Msg): void => {
    if (reply) asked.set(reply, subject);
    const sent = headers ? [...headers].flat(2).join('\n') : '';
    heard.push({
      subject: asked.get(subject) ?? subject,
      text: `${subject}\n${sent}\n${Buffer.from(data).toString()}`,
    });
  };
  broker.subscribe('>', { callback: (_error, message) => hear(message) });
  return heard;
}
