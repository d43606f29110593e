import { tryEach } from './try-each';

const lost = new Error('lost');

test('one that fails keeps none behind it waiting, and is told of at the end', async () => {
  const done: number[] = [];
  const act = async (item: number): Promise<void> => {
    if (item === 1) throw lost;
    done.push(await Promise.resolve(item));
  };
  const failure: unknown = await tryEach([1, 2, 3], act).catch((error: unknown) => error);
  expect(done).toEqual([2, 3]);
  expect(failure).toBeInstanceOf(AggregateError);
  expect(failure).toMatchObject({ message: '1 of 3 failed', errors: [lost] });
});

test('goes through them one after the other', async () => {
  const steps: string[] = [];
  await tryEach(['a', 'b'], async (item) => {
    steps.push(`${item} begins`);
    await Promise.resolve();
    steps.push(`${item} ends`);
  });
  expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});
