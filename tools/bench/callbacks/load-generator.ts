import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { HttpConnection, type HttpAnswer } from './http-connection';
import type { AskedMovement, LoadOrder, LoadSlice, LoadTarget, Pace } from './movements';
import { voiceOf, type Call, type Voice } from './voice';

const maxFailuresInWords = 5;

interface Lane {
  readonly connection: HttpConnection;
  /** Positions in the target's list. */
  readonly players: readonly number[];
  next: number;
}

interface Side {
  readonly target: LoadTarget;
  readonly voice: Voice;
  readonly lanes: readonly Lane[];
  readonly asked: AskedMovement[];
}

interface Tally {
  answered: number;
  failed: number;
  readonly latenciesMs: number[];
  readonly resultLatenciesMs: number[];
  readonly failures: string[];
}

const sides = new Map<string, Side>();

function aim(side: string, target: LoadTarget, connections: number): void {
  const lanes = Array.from({ length: connections }, (_none, lane) => ({
    connection: new HttpConnection(target.url),
    players: target.playerIds.flatMap((_id, index) => (index % connections === lane ? [index] : [])),
    next: 0,
  }));
  sides.set(side, { target, voice: voiceOf(target), lanes, asked: [] });
}

/** All lanes play rounds until the time is up; a round that was begun is finished. */
async function fire(side: Side, seconds: number, pace: Pace): Promise<LoadSlice> {
  const { perSecond, betsOnly, everyPlayer = false } = pace;
  const tally: Tally = { answered: 0, failed: 0, latenciesMs: [], resultLatenciesMs: [], failures: [] };
  const begin = performance.now();
  const end = begin + seconds * 1_000;
  // the lanes take turns
  const callsOfRound = betsOnly ? 1 : 2;
  const roundMs = perSecond === undefined ? 0 : (callsOfRound * 1_000 * side.lanes.length) / perSecond;
  await Promise.all(
    side.lanes.map(async (lane, place) => {
      const isOver = (rounds: number): boolean =>
        performance.now() >= end && (!everyPlayer || rounds >= lane.players.length);
      for (let round = 0; !isOver(round); round += 1) {
        const due = begin + (round + place / side.lanes.length) * roundMs;
        if (roundMs > 0 && due > performance.now()) await pause(due - performance.now());
        if (isOver(round)) break;
        await playRound(side, lane, tally, betsOnly);
      }
      // Until its next turn the server would close it as idle, perhaps just when it is used again.
      lane.connection.close();
    }),
  );
  return { ...tally, seconds: (performance.now() - begin) / 1_000 };
}

/** A bet, then the win of the same round: now nothing, now more than the stake. */
async function playRound(side: Side, lane: Lane, tally: Tally, betsOnly = false): Promise<void> {
  const player = lane.players[lane.next % lane.players.length] ?? 0;
  lane.next += 1;
  const round = randomUUID();
  const betId = randomUUID();
  await call(side, lane, tally, { player, round, kind: 'bet', id: betId, betId, amount: 100 });
  if (betsOnly) return;
  const amount = (lane.next * 37) % 190;
  await call(side, lane, tally, { player, round, kind: 'win', id: randomUUID(), betId, amount });
}

async function call(side: Side, lane: Lane, tally: Tally, said: Call): Promise<void> {
  const { kind, id, amount, player } = said;
  const { path, headers, body } = side.voice.say(said);
  const begin = performance.now();
  const answer = await post(lane.connection, path, body, headers);
  const ms = performance.now() - begin;
  tally.latenciesMs.push(ms);
  if (kind === 'win') tally.resultLatenciesMs.push(ms);
  const acknowledged = side.voice.read(said, answer);
  const playerId = side.target.playerIds[player] ?? '';
  const asked = { playerId, kind, id, amount };
  side.asked.push(acknowledged ? { ...asked, acknowledged: true, ...acknowledged } : asked);
  if (acknowledged) {
    tally.answered += 1;
    return;
  }
  tally.failed += 1;
  if (tally.failures.length < maxFailuresInWords)
    tally.failures.push(`${kind}: ${answer.status} ${answer.body}`);
}

async function post(
  connection: HttpConnection,
  path: string,
  body: string,
  headers: string,
): Promise<HttpAnswer> {
  try {
    return await connection.post(path, body, headers);
  } catch (error) {
    return { status: 0, body: String(error) };
  }
}

async function follow(order: LoadOrder): Promise<unknown> {
  if (order.order === 'aim') {
    aim(order.side, order.target, order.connections);
    return undefined;
  }
  const side = sides.get(order.side);
  if (!side) throw new Error(`no target for ${order.side}`);
  return order.order === 'fire' ? fire(side, order.seconds, order) : side.asked;
}

process.on('message', (order: LoadOrder) => {
  void follow(order).then((answer) => process.send?.({ answer }));
});
process.on('disconnect', () => process.exit(0));
