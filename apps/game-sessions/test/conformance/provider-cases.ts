import { randomUUID } from 'node:crypto';
import {
  gameSessionsCommands,
  gameSessionsQueries,
  providerCommands,
  roundCommands,
  roundQueries,
  type RoundDto,
} from '@baize/contracts';
import { waitFor } from '@baize/testing';
import { brand, gameOf } from '../harness';
import { bodies } from '../fuzz/nasty';
import { money, moves, type EdgeCase } from './edge-case';
import { softswissSpeaker } from './softswiss';
import { Table } from './table';

const actor = { kind: 'client' as const, id: 'client:operator' };

/** What a provider in trouble does, and what the outside sends that no provider would. */
export const providerCases: readonly EdgeCase[] = [
  {
    name: 'while the breaker is open its games are hidden and launches refused, and running games are served',
    proves: ['provider breaker open'],
    async play(table) {
      const { speaker, seat, house } = table;
      const { client } = house.service;
      const { provider } = speaker;
      const [won, back] = [moves(), moves()];
      await table.hear('accepted', speaker.bet(seat, won));
      await table.hear('accepted', speaker.bet(seat, back));
      const launch = () =>
        client.call(gameSessionsCommands.launchGame, {
          brand,
          gameId: gameOf(provider).id,
          form: { playerId: seat.playerId, mode: 'real' },
        });
      await setBreaker(table, 'open');
      try {
        expect(await launch()).toMatchObject({ error: { code: 'game-sessions.provider-unavailable' } });
        const listed = await client.call(gameSessionsQueries.listGames, { brand, provider });
        expect(listed).toMatchObject({ value: { items: [] } });
        await table.hear('accepted', speaker.win(seat, { ...won, id: 'w1', amount: 250, betId: won.id }));
        await table.hear('accepted', speaker.rollBackBet(seat, { ...back, id: 'rb1', betId: back.id }));
        await table.hear('accepted', speaker.bet(seat, { ...moves(40) }));
      } finally {
        await setBreaker(table, 'close');
      }
      expect(await launch()).toMatchObject({ ok: true });
      await table.expectBalance(money + 110);
    },
  },
  {
    name: 'rounds that an outage left open stay open, take what comes late, and are voided with all wagers returned',
    proves: ['provider outage in mid session'],
    async play(table) {
      const { speaker, seat, house } = table;
      const [reconciled, lost] = [moves(100), moves(200)];
      await table.hear('accepted', speaker.bet(seat, reconciled));
      await table.hear('accepted', speaker.bet(seat, lost));
      const rounds = () => roundsOf(table, 2);
      expect((await rounds()).map(({ state }) => state)).toEqual(['open', 'open']);
      // the provider is back and knows one of them
      const win = { ...reconciled, id: `w-${randomUUID()}`, amount: 70, betId: reconciled.id };
      await table.hear('accepted', speaker.win(seat, win));
      const { id } = (await rounds()).find(({ providerRoundId }) => providerRoundId === lost.round)!;
      const idempotency = { key: randomUUID(), caller: actor.id, bodySha256: '0'.repeat(64) };
      const form = { action: 'void' as const, reason: 'lost in an outage' };
      await house.service.client.call(roundCommands.resolveRound, {
        roundId: id,
        brand,
        form,
        actor,
        idempotency,
      });
      await waitFor(async () => {
        const round = await house.service.client.call(roundQueries.getRound, { roundId: id, brand });
        return round.ok && round.value.state === 'voided';
      });
      await table.expectBalance(money - 30);
      // whatever comes of it now moves nothing
      await table.say(speaker.win(seat, { ...lost, id: 'w9', amount: 500, betId: lost.id }));
      await table.say(speaker.rollBackBet(seat, { ...lost, id: 'rb9', betId: lost.id }));
      await table.expectBalance(money - 30);
    },
  },
  {
    name: 'a malformed result is refused, kept with its digest, and counted against the provider',
    proves: ['malformed result'],
    async play(table) {
      const { speaker, seat, house } = table;
      const { provider } = speaker;
      const call = speaker.betWithAmount(seat, moves(), speaker.badAmounts[0] ?? '');
      await table.hear('malformed', call);
      const kept = await house.service.database.query<{ body: Buffer; digest: string }>(
        `SELECT body, body_sha256 AS digest FROM quarantined_callback
         WHERE provider = $1 AND reason = 'malformed' AND body = $2`,
        [provider, Buffer.from(call.bodyBase64, 'base64')],
      );
      expect(kept).toHaveLength(1);
      expect(kept[0]?.digest).toMatch(/^[0-9a-f]{64}$/);
      await waitFor(async () => {
        const [row] = await house.service.database.query<{ malformed: string }>(
          'SELECT sum(malformed) AS malformed FROM provider_quality WHERE provider = $1',
          [provider],
        );
        return Number(row?.malformed) > 0;
      });
      await table.expectBalance(money);
    },
  },
  {
    name: 'sessions at two providers at once spend one wallet, never more than there is',
    proves: ['concurrent sessions'],
    async play(table) {
      const { seat, house } = table;
      const other = await Table.openFor(house, softswissSpeaker, seat.playerId);
      await Promise.all(
        [table, other].flatMap((one) =>
          Array.from({ length: 12 }, () => one.say(one.speaker.bet(one.seat, moves(1_000)))),
        ),
      );
      await table.expectBalance(0);
    },
  },
  {
    name: 'bodies that broke parsers somewhere are refused, and nothing moves',
    proves: [
      'nesting bombs',
      'prototype pollution keys',
      'XML entities and DOCTYPE',
      'PHP-style array bombs',
      'RFC 8785 corner cases',
    ],
    async play(table) {
      const { speaker } = table;
      const raw = speaker.raw ?? ((body: string) => speaker.text(body));
      for (const body of bodies) {
        const { bodyBase64, ...call } = raw(body(300));
        const answer = await table.house.service.callback({ ...call, bodyBase64 });
        expect(['malformed', 'unauthenticated']).toContain(answer.outcome);
      }
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
      await setBreaker(table, 'close'); // so much nonsense at once opens it
      await table.expectBalance(money);
    },
  },
  {
    name: 'calls without a signature and of an unknown provider are refused, and one that is sent again says nothing new',
    proves: ['wrong or missing signature', 'unknown provider', 'replayed nonce'],
    async play(table) {
      const { speaker, seat, house } = table;
      const bet = moves();
      const call = speaker.bet(seat, bet);
      const { outcome } = await house.service.callback(
        speaker.unsigned?.(call) ?? { ...call, headers: [], query: '' },
      );
      expect(outcome).toBe('unauthenticated');
      await expect(house.service.callback({ ...call, provider: 'nobody' })).rejects.toThrow(
        'unknown-provider',
      );
      await table.expectBalance(money);
      // a call that is overheard and sent again says nothing new
      await table.hear('accepted', call);
      await table.hear('repeatedBet', call);
      await table.expectBalance(money - 100);
    },
  },
  {
    name: 'calls that were signed long ago or far ahead are refused',
    proves: ['stale timestamp'],
    applies: (_can, _dialect, { signedAt }) => signedAt !== null,
    async play(table) {
      const { speaker, seat } = table;
      const call = speaker.bet(seat, moves());
      for (const skewMs of [-600_000, 600_000])
        await table.hear(
          'unauthenticated',
          speaker.signedAt?.(call, Date.now() + skewMs) ?? speaker.text(''),
        );
      await table.expectBalance(money);
    },
  },
  {
    name: 'fields that nobody documented are ignored',
    proves: ['unknown fields'],
    async play(table) {
      const { speaker, seat } = table;
      const call = speaker.withField(speaker.bet(seat, moves()), 'added_without_notice', 'x1');
      await table.hear('accepted', call);
      await table.expectBalance(money - 100);
    },
  },
  {
    name: 'a launch token is exchanged once',
    proves: ['reused token'],
    applies: (_can, { launchToken }) => launchToken === 'exchanged-once',
    async play(table) {
      const { speaker, house, seat } = table;
      const launched = await house.service.client.call(gameSessionsCommands.launchGame, {
        brand,
        gameId: gameOf(speaker.provider).id,
        form: { playerId: seat.playerId, mode: 'real' },
      });
      if (!launched.ok) throw new Error(launched.error.code);
      const enter = speaker.enter!(seat, launched.value.token);
      expect(await table.say(enter.call)).toMatchObject(speaker.words.accepted);
      expect(await table.say(enter.call)).not.toMatchObject(speaker.words.accepted);
    },
  },
  {
    name: 'the game of another provider is unknown',
    proves: ['game of another provider'],
    applies: (can) => !can.namesOnlySessions,
    async play(table) {
      const { speaker, seat } = table;
      const elsewhere = speaker.provider === 'hub88' ? 'pragmatic' : 'hub88';
      await table.hear('unknownGame', speaker.betOnGame(seat, moves(), gameOf(elsewhere).providerGameId));
      await table.expectBalance(money);
    },
  },
];

function setBreaker({ house, speaker: { provider } }: Table, action: 'open' | 'close') {
  const form = { action, reason: 'conformance' };
  return house.service.client.call(providerCommands.setBreaker, { brand, provider, form, actor });
}

async function roundsOf({ house, seat }: Table, count: number): Promise<RoundDto[]> {
  let rounds: RoundDto[] = [];
  await waitFor(async () => {
    const asked = { playerId: seat.playerId, brand };
    const page = await house.service.client.call(roundQueries.listPlayerRounds, asked);
    rounds = page.ok ? page.value.items : [];
    return rounds.length === count;
  });
  return rounds;
}
