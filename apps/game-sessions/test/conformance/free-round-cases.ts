import { randomUUID } from 'node:crypto';
import {
  gameSessionsCommands,
  gameSessionsQueries,
  type FreeRoundsDto,
  type FreeRoundsGranted,
} from '@baize/contracts';
import { brand, gameOf } from '../harness';
import { money, type EdgeCase } from './edge-case';
import type { FreeRoundsSpeech } from './speaker';
import type { Table } from './table';

const wins = [0, 150, 75];
const won = 225;
const applies: EdgeCase['applies'] = (_can, _dialect, { freeRounds }) => freeRounds !== null;

/** Free rounds: granted once, played once, paid once, whatever is repeated or comes late. */
export const freeRoundCases: readonly EdgeCase[] = [
  {
    name: 'free rounds are granted once, paid as they are played, and over with the last',
    applies,
    async play(table) {
      const speech = speechOf(table);
      const { seat, house } = table;
      house.api.answer(({ body, path }) => ({
        body: speech.granted(speech.referenceOf(orderIn(body, path))),
      }));
      const key = randomUUID();
      const { id, status } = await grant(table, key);
      expect(status).toBe('active');
      expect(await grant(table, key)).toEqual({ id, status, replayed: true });
      expect(house.api.seen.filter(({ body, path }) => orderIn(body, path) === id)).toHaveLength(1);
      const calls = speech.play(seat, speech.referenceOf(id), wins);
      // every call twice, and the first once more at the end
      for (const call of [...calls.flatMap((call) => [call, call]), calls[0]!])
        expect(await table.say(call)).toMatchObject({ status: 200 });
      await table.expectBalance(money + won);
      expect(await freeRounds(table, id)).toMatchObject({ status: 'completed', consumed: wins.length, won });
      expect(await eventsOf(table, id)).toMatchObject({ granted: 1, completed: 1 });
    },
  },
  {
    name: 'free rounds that were cancelled are paid when they are played all the same',
    applies,
    async play(table) {
      const speech = speechOf(table);
      const { seat, house } = table;
      house.api.answer(({ body, path }) => ({
        body: speech.granted(speech.referenceOf(orderIn(body, path))),
      }));
      const { id } = await grant(table, randomUUID());
      const cancelled = await cancel(table, id);
      expect(cancelled).toMatchObject({ ok: true, value: { status: 'cancelled' } });
      expect(await cancel(table, id)).toMatchObject({ ok: true, value: { status: 'cancelled' } });
      for (const call of speech.play(seat, speech.referenceOf(id), wins))
        expect(await table.say(call)).toMatchObject({ status: 200 });
      await table.expectBalance(money + won);
      expect(await freeRounds(table, id)).toMatchObject({ status: 'cancelled', won });
      expect(await eventsOf(table, id)).toMatchObject({ granted: 1, cancelled: 1, completed: 0 });
    },
  },
  {
    name: 'free rounds of a grant that nobody confirmed are paid, and known once the provider names them',
    applies,
    async play(table) {
      const speech = speechOf(table);
      const { seat, house } = table;
      house.api.answer(() => 'silence');
      const { id, status } = await grant(table, randomUUID());
      expect(status).toBe('pending');
      const calls = speech.play(seat, speech.referenceOf(id), wins);
      for (const call of calls) expect(await table.say(call)).toMatchObject({ status: 200 });
      await table.expectBalance(money + won);
      const ours = speech.referenceOf(id) === id;
      expect(await freeRounds(table, id)).toMatchObject({ status: ours ? 'completed' : 'pending' });
      if (ours)
        expect(await cancel(table, id)).toMatchObject({ error: { code: 'game-sessions.free-rounds-over' } });
    },
  },
];

function speechOf({ speaker }: Table): FreeRoundsSpeech {
  if (!speaker.freeRounds) throw new Error('the dialect has no free rounds');
  return speaker.freeRounds;
}

/** Our id of the order, wherever a dialect writes it. */
function orderIn(body: string, path: string): string {
  const [id] = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/.exec(body + path) ?? [];
  return id ?? 'none';
}

async function grant({ house, seat, speaker }: Table, key: string): Promise<FreeRoundsGranted> {
  const granted = await house.service.client.call(gameSessionsCommands.grantFreeRounds, {
    brand,
    playerId: seat.playerId,
    form: {
      gameId: gameOf(speaker.provider).id,
      rounds: wins.length,
      stake: { amount: 20, currency: 'EUR' },
      expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
    },
    idempotency: { key, caller: 'client:test', bodySha256: '0'.repeat(64) },
    actor: { kind: 'client', id: 'client:test' },
  });
  if (!granted.ok) throw new Error(granted.error.code);
  return granted.value;
}

function cancel({ house }: Table, id: string) {
  const actor = { kind: 'client' as const, id: 'client:test' };
  return house.service.client.call(gameSessionsCommands.cancelFreeRounds, { id, brand, actor });
}

async function freeRounds({ house }: Table, id: string): Promise<FreeRoundsDto> {
  const found = await house.service.client.call(gameSessionsQueries.getFreeRounds, { id, brand });
  if (!found.ok) throw new Error(found.error.code);
  return found.value;
}

async function eventsOf({ house }: Table, id: string): Promise<Record<string, number>> {
  const rows = await house.service.database.query<{ type: string }>(
    `SELECT type FROM outbox WHERE subject = $1 AND type LIKE '%free-rounds-%'`,
    [id],
  );
  const count = (name: string) => rows.filter(({ type }) => type.includes(`free-rounds-${name}.`)).length;
  return { granted: count('granted'), completed: count('completed'), cancelled: count('cancelled') };
}
