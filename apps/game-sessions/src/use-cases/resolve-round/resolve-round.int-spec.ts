import { randomUUID } from 'node:crypto';
import { roundCommands, roundQueries } from '@baize/contracts';
import { eventSubject } from '@baize/messaging';
import { waitFor } from '@baize/testing';
import { brand, startTestService, type TestService } from '../../../test/harness';
import { WalletStory } from '../../../test/wallet-story';

describe('resolve-round', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.stop());

  it('settles with no more than one person may pay', async () => {
    const story = new WalletStory();
    const roundId = randomUUID();
    story.bet(roundId, 100);
    for (const { id, contract, playerId, data } of story.events) {
      const envelope = {
        id,
        type: contract.type,
        partitionkey: playerId,
        time: new Date().toISOString(),
        data,
      };
      await service.broker.jetstream().publish(eventSubject(contract, playerId), JSON.stringify(envelope));
    }
    await waitFor(async () => (await service.client.call(roundQueries.getRound, { roundId, brand })).ok);
    const settle = (win: number) =>
      service.client.call(roundCommands.resolveRound, {
        ...{ roundId, brand, form: { action: 'settle', reason: 'told by mail', win } },
        actor: { kind: 'client', id: 'client:operator' },
        idempotency: { key: randomUUID(), caller: 'client:operator', bodySha256: '0'.repeat(64) },
      });
    expect(await settle(10_000_001)).toMatchObject({ ok: false, error: { code: 'request.invalid' } });
    const decided = 'SELECT 1 FROM round_resolution WHERE round_id = $1';
    expect(await service.database.query(decided, [roundId])).toEqual([]);
    expect(await settle(10_000_000)).toMatchObject({ ok: true, value: { roundId, action: 'settle' } });
  });
});
