import {
  fenceQueries,
  type ApplyRestriction,
  type AskRestrictionSequence,
  type ListRestrictions,
} from '@baize/contracts';
import { testBroker, type PrivateServer } from '@baize/testing';
import { connect, type NatsConnection } from 'nats';
import { FenceKeeper } from '../src/fence-keeper';
import { RequestClient } from '../src/request-client';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

const change = (sequence: number): ApplyRestriction => ({
  sequence,
  epoch: 1,
  players: [],
});

describe('a touchpoint that was not told of a change', () => {
  let server: PrivateServer;
  let broker: NatsConnection;
  let client: RequestClient;

  beforeAll(async () => {
    server = await testBroker();
    broker = await connect({ servers: server.url });
    client = new RequestClient(broker);
  });
  afterAll(async () => {
    client.close();
    await broker.close();
    await server.stop();
  });

  it('applies it when it asks, and says at once that it has: somebody may wait for that', async () => {
    const questions: number[] = [];
    broker.subscribe(fenceQueries.askRestrictionSequence.subject, {
      callback: (_error, message) => {
        questions.push(message.json<AskRestrictionSequence>().applied);
        message.respond(JSON.stringify({ ok: true, value: { sequence: 2 } }));
      },
    });
    broker.subscribe(fenceQueries.listRestrictions.subject, {
      callback: (_error, message) => {
        const { after } = message.json<ListRestrictions>();
        const items = [change(1), change(2)].filter(({ sequence }) => sequence > after);
        message.respond(JSON.stringify({ ok: true, value: { items } }));
      },
    });
    let reached = 0;
    const applied: number[] = [];
    const fence = {
      now: () => 0,
      applied: () => reached,
      apply: (changes: readonly ApplyRestriction[]) =>
        void applied.push(...changes.map(({ sequence }) => sequence)),
      renew: (sequence: number) => void (reached = sequence),
    };
    await new FenceKeeper('gateway', client, fence, log).ask();
    expect(applied).toEqual([1, 2]);
    expect(questions).toEqual([0, 2]);
  });
});
