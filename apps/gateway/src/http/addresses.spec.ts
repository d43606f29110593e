import { clientAddress, Networks } from './addresses';

const trusted = new Networks(['10.0.0.0/8', 'fd00::/8']);

describe('clientAddress', () => {
  it.each([
    ['a stranger cannot speak for others', '203.0.113.9', '10.0.0.1', '203.0.113.9'],
    ['a trusted hop is believed', '10.0.0.2', '203.0.113.7', '203.0.113.7'],
    ['what a client forged stays left of the truth', '10.0.0.2', '127.0.0.1, 203.0.113.7', '203.0.113.7'],
    ['chains of trusted hops', '10.0.0.2', '203.0.113.7, 10.1.1.1, 10.2.2.2', '203.0.113.7'],
    ['all hops trusted: the first', '10.0.0.2', '10.3.3.3, 10.1.1.1', '10.3.3.3'],
    ['rubbish ends the walk', '10.0.0.2', '203.0.113.7, unknown', '10.0.0.2'],
    ['mapped IPv4', '::ffff:10.0.0.2', '::ffff:203.0.113.7', '203.0.113.7'],
    ['IPv6', 'fd00::1', '2001:db8::5', '2001:db8::5'],
    ['no header', '10.0.0.2', undefined, '10.0.0.2'],
    ['several headers', '10.0.0.2', ['1.1.1.1', '203.0.113.7, 10.1.1.1'], '203.0.113.7'],
  ])('%s', (_, peer, header, expected) => {
    expect(clientAddress(peer, header, trusted)).toBe(expected);
  });

  it('knows networks of both families and single addresses', () => {
    const networks = new Networks(['192.0.2.0/24', '198.51.100.7', '2001:db8::/32']);
    expect(
      ['192.0.2.200', '198.51.100.7', '2001:db8:1::1', '::ffff:192.0.2.1'].every((a) => networks.has(a)),
    ).toBe(true);
    expect(['192.0.3.1', '198.51.100.8', '2001:db9::1', 'localhost'].some((a) => networks.has(a))).toBe(
      false,
    );
    expect(() => new Networks(['10.0.0.0/99'])).toThrow('10.0.0.0/99');
  });
});
