import type { EventHandlers } from './event-handlers';
import { discardParked, listParked, replayParked } from './parked-queue';
import type { SqlDatabase } from './sql';

const USAGE = `usage: dead-letters list
       dead-letters replay [<partition key>]
       dead-letters discard <partition key> [<event id>]
`;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The command line over the parked queue, for `node apps/<service>/dist/main.js dead-letters ...`: pass it what
 * follows `dead-letters`. Prints one JSON line per key or outcome and answers the exit code: 0, 1 when a replay
 * left keys parked, 2 for wrong arguments.
 */
export async function deadLetterCommand(
  database: SqlDatabase,
  handlers: EventHandlers,
  argv: readonly string[],
  print: (text: string) => void = (text) => void process.stdout.write(text),
): Promise<number> {
  const [verb, key, eventId, ...rest] = argv;
  const line = (value: object): void => print(`${JSON.stringify(value)}\n`);
  if (verb === 'list' && key === undefined) {
    for (const parked of await listParked(database, handlers.service)) line(parked);
    return 0;
  }
  if (verb === 'replay' && eventId === undefined) {
    const outcome = await replayParked(database, handlers, key);
    line(outcome);
    return outcome.stuck.length === 0 ? 0 : 1;
  }
  const isDiscard = verb === 'discard' && key !== undefined && rest.length === 0;
  if (isDiscard && (eventId === undefined || UUID.test(eventId))) {
    line({ discarded: await discardParked(database, handlers.service, key, eventId) });
    return 0;
  }
  print(USAGE);
  return 2;
}
