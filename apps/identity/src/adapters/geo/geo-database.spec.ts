import { GeoDatabase } from './geo-database';
import { NetworkSet } from './network-set';

describe('the geo database', () => {
  const database = new GeoDatabase(new NetworkSet(['8.8.8.0/24', '2001:4860::/32']));
  it.each([
    ['loopback', '127.0.0.1', undefined, false],
    ['IPv6 loopback', '::1', undefined, false],
    ['private', '10.1.2.3', undefined, false],
    ['mapped private', '::ffff:192.168.1.1', undefined, false],
    ['documentation', '198.51.100.7', undefined, false],
    ['no address', 'nowhere', undefined, false],
    ['the University of Malta', '193.188.34.1', 'MT', false],
    ['mapped', '::ffff:193.188.34.1', 'MT', false],
    ['a hosting network', '8.8.8.8', 'US', true],
    ['a hosting network by IPv6', '2001:4860:4860::8888', 'US', true],
  ])('%s: %s', (_what, address, country, isHosting) => {
    expect(database.find(address)).toEqual({ country, isHosting });
  });
});
