import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { NetworkSet } from './network-set';

describe('a set of networks', () => {
  const has = (networks: string[], address: string) => new NetworkSet(networks).has(ipaddr.process(address));

  it.each([
    ['198.51.100.0/25', '198.51.100.127', true],
    ['198.51.100.0/25', '198.51.100.128', false],
    ['198.51.100.130/25', '198.51.100.128', true],
    ['198.51.100.7/32', '198.51.100.7', true],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['198.51.100.0/24', '::ffff:198.51.100.9', true],
  ])('%s and %s: %p', (network, address, expected) => {
    expect(has(['10.0.0.0/8', network, 'fd00::/8'], address)).toBe(expected);
  });

  it('finds what comparing with each network finds', () => {
    const v4 = fc.tuple(fc.ipV4(), fc.integer({ min: 0, max: 32 }));
    const v6 = fc.tuple(fc.ipV6(), fc.integer({ min: 0, max: 128 }));
    const networks = fc.array(fc.oneof(v4, v6), { maxLength: 20 });
    fc.assert(
      fc.property(networks, fc.oneof(fc.ipV4(), fc.ipV6()), (list, text) => {
        const texts = list.map(([address, bits]) => `${address}/${bits}`);
        const address = ipaddr.parse(text);
        const expected = texts.some((one) => {
          const [network, bits] = ipaddr.parseCIDR(one);
          return network.kind() === address.kind() && address.match(network, bits);
        });
        expect(new NetworkSet(texts).has(address)).toBe(expected);
      }),
    );
  });

  it('is read from a file with comments, and a bad line is named', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'networks-')), 'hosting.txt');
    writeFileSync(file, '# made up\n\n198.51.100.0/24 # one\r\n2001:db8::/32\n');
    const networks = NetworkSet.read(file);
    expect(networks.has(ipaddr.parse('198.51.100.9'))).toBe(true);
    expect(networks.has(ipaddr.parse('2001:db8::9'))).toBe(true);
    expect(networks.has(ipaddr.parse('198.51.101.9'))).toBe(false);
    for (const bad of ['198.51.100.0/33', '198.51.100.0', 'somewhere/8']) {
      writeFileSync(file, `10.0.0.0/8\n${bad}\n`);
      expect(() => NetworkSet.read(file)).toThrow(`"${bad}" is no CIDR network`);
    }
    expect(() => new NetworkSet(new Array<string>(200_001).fill(''))).toThrow('200000');
  });
});
