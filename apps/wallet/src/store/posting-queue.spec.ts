import type { Instruction, PostingKind, PostingUnit } from '../domain/instruction';
import { PostingQueue, type Pending } from './posting-queue';

function pending(playerId: string, ...kinds: PostingKind[]): Pending {
  const instructions = kinds.map((kind): Instruction => ({
    ...{ id: '', kind, references: [], rules: 0, actor: 'test', receivedAt: '', event: {} },
  }));
  const unit: PostingUnit = { brand: 'demo', playerId, currency: 'EUR', instructions };
  return { unit, deadlineMs: Infinity, resolve: () => undefined, reject: () => undefined };
}

function queueOf(...units: Pending[]): PostingQueue {
  const queue = new PostingQueue();
  for (const unit of units) queue.add(unit);
  return queue;
}

const players = (batch: readonly Pending[]) => batch.map(({ unit }) => unit.playerId);

test('takes everything that fits, in order of arrival per player', () => {
  const [first, second] = [pending('a', 'bet'), pending('a', 'bet')];
  const queue = queueOf(first, pending('b', 'bet'), second);
  expect(queue.take(256)).toEqual([first, second, expect.objectContaining({})]);
  expect(queue.length).toBe(0);
});

test('a player in flight is not handed out again until released', () => {
  const queue = queueOf(pending('a', 'bet'));
  const batch = queue.take(256);
  queue.add(pending('a', 'win'));
  expect(queue.readyPlayers).toBe(0);
  queue.release(batch);
  expect(queue.readyPlayers).toBe(1);
  expect(players(queue.take(256))).toEqual(['a']);
});

test('who settles goes before who stakes when not everything fits', () => {
  const queue = queueOf(
    pending('bets', 'bet'),
    pending('bets too', 'bet'),
    pending('wins', 'win'),
    pending('reverses', 'rollback'),
  );
  expect(players(queue.take(3))).toEqual(['wins', 'reverses', 'bets']);
});

test('the actions of a unit are never split, and a unit larger than a batch goes alone', () => {
  const queue = queueOf(
    pending('a', 'bet', 'bet'),
    pending('b', 'bet', 'bet'),
    pending('c', 'bet', 'bet', 'bet', 'bet'),
  );
  const first = queue.take(3);
  expect(players(first)).toEqual(['a']);
  expect(players(queue.take(3))).toEqual(['b']);
  expect(players(queue.take(3))).toEqual(['c']);
  expect(queue.length).toBe(0);
});

test('what did not fit of a player follows once its first part is done', () => {
  const queue = queueOf(...Array.from({ length: 5 }, () => pending('hot', 'bet')));
  const first = queue.take(3);
  expect(first).toHaveLength(3);
  expect(queue.readyPlayers).toBe(0);
  queue.release(first);
  expect(queue.take(3)).toHaveLength(2);
});

test('a share of the players leaves the others for the next connection, but all of a player', () => {
  const queue = queueOf(
    pending('hot', 'bet'),
    pending('b', 'bet'),
    pending('hot', 'bet'),
    pending('c', 'bet'),
  );
  expect(players(queue.take(256, 1))).toEqual(['hot', 'hot']);
  expect(players(queue.take(256, 2))).toEqual(['b', 'c']);
});
