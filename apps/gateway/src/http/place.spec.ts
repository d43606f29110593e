import { geoCommands, ok, refuse } from '@baize/contracts';
import { checkPlace } from './place';
import type { Ask } from './route';

describe('checkPlace', () => {
  const asked: object[] = [];
  const ask: Ask = (contract, request) => {
    asked.push({ contract, request });
    return Promise.resolve(refuse('identity.location-not-allowed', 'not there'));
  };
  const input = (address: string, playerId?: string) => ({ brand: 'demo', address, playerId });
  beforeEach(() => asked.splice(0));

  it.each([
    ['machines', '8.8.8.8', undefined, 'launch' as const],
    ['loopback', '127.0.0.1', 'p', 'launch' as const],
    ['mapped loopback', '::ffff:127.0.0.1', 'p', 'launch' as const],
    ['private networks', '10.0.0.7', 'p', 'deposit' as const],
    ['operations that any place may do', '8.8.8.8', 'p', undefined],
  ])('asks nothing about %s', async (_who, address, playerId, place) => {
    expect(await checkPlace({ place }, input(address, playerId), ask)).toEqual(ok({}));
    expect(asked).toEqual([]);
  });

  it('asks about a player at a public address, and hands the refusal on', async () => {
    const answer = await checkPlace({ place: 'deposit' }, input('8.8.8.8', 'p'), ask);
    expect(answer.ok).toBe(false);
    const request = { brand: 'demo', playerId: 'p', action: 'deposit', ip: '8.8.8.8' };
    expect(asked).toEqual([{ contract: geoCommands.checkLocation, request }]);
  });
});
