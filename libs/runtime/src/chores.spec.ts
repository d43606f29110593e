import { Chores } from './chores';

const waitUntil = async (isTrue: () => boolean) => {
  const until = Date.now() + 10_000;
  while (!isTrue()) {
    if (Date.now() > until) throw new Error('it did not happen within 10 s');
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
};

describe('chores', () => {
  it('are done one after the other, again and again, whatever becomes of one of them', async () => {
    const done: string[] = [];
    const failures: unknown[] = [];
    const task = (name: string) => () => Promise.resolve(done.push(name));
    const chores = new Chores(
      { first: task('first'), broken: () => Promise.reject(new Error('no')), last: task('last') },
      1,
      { error: (fields: unknown) => failures.push(fields) },
    );
    chores.start();
    chores.start();
    await waitUntil(() => done.length >= 6);
    await chores.stop();
    expect(done.slice(0, 6)).toEqual(['first', 'last', 'first', 'last', 'first', 'last']);
    expect(failures[0]).toMatchObject({ task: 'broken', err: new Error('no') });
  });

  it('never overlap with themselves, and stop after the task in hand', async () => {
    let [inHand, most, after] = [0, 0, 0];
    let finish: () => void = () => undefined;
    const slow = async () => {
      most = Math.max(most, ++inHand);
      await new Promise<void>((resolve) => (finish = resolve));
      inHand -= 1;
    };
    const chores = new Chores({ slow, after: () => Promise.resolve(after++) }, 1, { error: () => undefined });
    chores.start();
    await waitUntil(() => inHand === 1);
    const stopped = chores.stop();
    finish();
    await stopped;
    expect([inHand, most, after]).toEqual([0, 1, 0]);
  });
});
