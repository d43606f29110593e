import { createHmac, randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { HttpConnection } from './http-connection';
import type { AskedMovement, LoadOrder, LoadSlice, LoadTarget } from './movements';

const maxFailuresInWords = 5;

interface Lane {
  readonly connection: HttpConnection;
  readonly playerIds: readonly string[];
  next: number;
}

interface Side {
  readonly target: LoadTarget;
  readonly lanes: readonly Lane[];
  readonly asked: AskedMovement[];
}

interface Tally {
  answered: number;
  failed: number;
  readonly latenciesMs: number[];
  readonly failures: string[];
}

interface Call {
  readonly playerId: string;
  readonly round: string;
  readonly kind: 'bet' | 'win';
  readonly amount: number;
}

const sides = new Map<string, Side>();

function aim(side: string, target: LoadTarget, connections: number): void {
  const lanes = Array.from({ length: connections }, (_none, lane) => ({
    connection: new HttpConnection(`${target.url}/play`),
    playerIds: target.playerIds.filter((_id, index) => index % connections === lane),
    next: 0,
  }));
  sides.set(side, { target, lanes, asked: [] });
}

/** All lanes play rounds until the time is up; a round that was begun is finished. */
async function fire(side: Side, seconds: number): Promise<LoadSlice> {
  const tally: Tally = { answered: 0, failed: 0, latenciesMs: [], failures: [] };
  const begin = performance.now();
  const end = begin + seconds * 1_000;
  await Promise.all(
    side.lanes.map(async (lane) => {
      while (performance.now() < end) await playRound(side, lane, tally);
      // Until its next turn the server would close it as idle, perhaps just when it is used again.
      lane.connection.close();
    }),
  );
  return { ...tally, seconds: (performance.now() - begin) / 1_000 };
}

/** A bet, then the win of the same round: now nothing, now more than the stake. */
async function playRound(side: Side, lane: Lane, tally: Tally): Promise<void> {
  const playerId = lane.playerIds[lane.next % lane.playerIds.length] ?? '';
  lane.next += 1;
  const round = randomUUID();
  await call(side, lane, tally, { playerId, round, kind: 'bet', amount: 100 });
  await call(side, lane, tally, { playerId, round, kind: 'win', amount: (lane.next * 37) % 190 });
}

async function call(
  side: Side,
  lane: Lane,
  tally: Tally,
  { playerId, round, kind, amount }: Call,
): Promise<void> {
  const { target } = side;
  const id = randomUUID();
  const body = JSON.stringify({
    user_id: playerId,
    currency: target.currency,
    game: target.game,
    game_id: round,
    finished: kind === 'win',
    actions: [{ action: kind, amount, action_id: id }],
  });
  const sign = createHmac('sha256', target.secret).update(body).digest('hex');
  const begin = performance.now();
  const answer = await post(lane.connection, body, `X-REQUEST-SIGN: ${sign}\r\n`);
  tally.latenciesMs.push(performance.now() - begin);
  const transactionId = transactionOf(answer, id);
  side.asked.push({ playerId, kind, id, amount, transactionId });
  if (transactionId) {
    tally.answered += 1;
    return;
  }
  tally.failed += 1;
  if (tally.failures.length < maxFailuresInWords)
    tally.failures.push(`${kind}: ${answer.status} ${answer.body}`);
}

async function post(
  connection: HttpConnection,
  body: string,
  headers: string,
): Promise<{ status: number; body: string }> {
  try {
    return await connection.post(body, headers);
  } catch (error) {
    return { status: 0, body: String(error) };
  }
}

function transactionOf(answer: { status: number; body: string }, actionId: string): string | undefined {
  if (answer.status !== 200) return undefined;
  const { transactions } = JSON.parse(answer.body) as {
    transactions: { action_id: string; tx_id: string }[];
  };
  const [transaction] = transactions;
  // An empty tx_id says that nothing was posted.
  return transaction?.action_id === actionId && transaction.tx_id !== '' ? transaction.tx_id : undefined;
}

async function follow(order: LoadOrder): Promise<unknown> {
  if (order.order === 'aim') {
    aim(order.side, order.target, order.connections);
    return undefined;
  }
  const side = sides.get(order.side);
  if (!side) throw new Error(`no target for ${order.side}`);
  return order.order === 'fire' ? fire(side, order.seconds) : side.asked;
}

process.on('message', (order: LoadOrder) => {
  void follow(order).then((answer) => process.send?.({ answer }));
});
process.on('disconnect', () => process.exit(0));
