import { decidePlace, type Place } from './geo';
import type { GeoAction } from './market-checks';
import { currentMarketPolicy as policy } from './market-policies';
import { marketOf } from './market-policy';

function decide(residence: string, action: GeoAction, place: Partial<Place>) {
  const market = marketOf(policy, residence);
  if (!market) throw new Error(`${residence} is closed`);
  return decidePlace(
    market.geo[action],
    { country: undefined, isHosting: false, ...place },
    residence,
    policy,
  );
}

describe('decidePlace', () => {
  it.each<[string, GeoAction, Partial<Place>, string, string[]]>([
    ['MT', 'launch', {}, 'allow', []],
    ['MT', 'launch', { country: 'MT' }, 'allow', []],
    ['MT', 'launch', { country: 'IT' }, 'refuse', ['closed-country']],
    ['MT', 'launch', { country: 'SE' }, 'signal', ['other-country']],
    ['MT', 'deposit', { country: 'US' }, 'refuse', ['closed-country']],
    ['MT', 'login', { country: 'US' }, 'signal', ['closed-country']],
    ['MT', 'launch', { country: 'MT', isHosting: true }, 'signal', ['hosting-network']],
    ['GB', 'launch', { country: 'GB', isHosting: true }, 'refuse', ['hosting-network']],
    ['GB', 'login', { country: 'GB', isHosting: true }, 'signal', ['hosting-network']],
    ['DE', 'deposit', { country: 'US', isHosting: true }, 'refuse', ['closed-country', 'hosting-network']],
  ])('%s %s %j: %s', (residence, action, place, verdict, reasons) => {
    expect(decide(residence, action, place)).toEqual({ verdict, reasons });
  });
});
