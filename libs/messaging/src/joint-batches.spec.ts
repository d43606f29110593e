import type { EventEnvelope } from './envelope';
import { JointBatches } from './joint-batches';

const event = (id: string): EventEnvelope => ({ id }) as EventEnvelope;

describe('joint batches', () => {
  const batches: string[][] = [];
  const joint = (gatherMs = 0): JointBatches =>
    new JointBatches({
      apply: (events) => Promise.resolve(void batches.push(events.map(({ id }) => id))),
      gatherMs,
      stop: new AbortController().signal,
    });
  beforeEach(() => void batches.splice(0));

  it('applies what one call wrote together, even after a quiet time', async () => {
    const arrived = [event('bet')];
    setTimeout(() => arrived.push(event('win'), event('closed')), 1);
    expect(await joint().join(() => arrived)).toEqual({ events: arrived, applied: true });
    expect(batches).toEqual([['bet', 'win', 'closed']]);
  });

  it('shares a transaction among the pullers that come meanwhile', async () => {
    const one = joint();
    await Promise.all(['a', 'b', 'c'].map((id) => one.join(() => [event(id)])));
    expect(batches).toEqual([['a', 'b', 'c']]);
  });
});
