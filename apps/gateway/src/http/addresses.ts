import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.process>;

/** A set of networks in CIDR form; a bare address is a network of one. */
export class Networks {
  private readonly ranges: readonly [Address, number][];

  /** @throws Error that names the entry which is no network */
  constructor(networks: readonly string[]) {
    this.ranges = networks.map((text) => {
      try {
        if (text.includes('/')) return ipaddr.parseCIDR(text);
        const address = ipaddr.process(text);
        return [address, address.kind() === 'ipv4' ? 32 : 128];
      } catch {
        throw new Error(`"${text}" is no address and no CIDR network`);
      }
    });
  }

  has(address: string): boolean {
    if (this.ranges.length === 0 || isIP(address) === 0) return false;
    const one = ipaddr.process(address);
    return this.ranges.some(([network, bits]) => network.kind() === one.kind() && one.match(network, bits));
  }
}

const maxHops = 32;

/**
 * Where a request came from. X-Forwarded-For is a claim of whoever sent it: it is read from the right, and only
 * as long as the hop that appended an entry is a trusted one.
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | readonly string[] | undefined,
  trusted: Networks,
): string {
  let address = plain(peer);
  if (forwardedFor === undefined || !trusted.has(address)) return address;
  const entries = (typeof forwardedFor === 'string' ? forwardedFor : forwardedFor.join(',')).split(',');
  for (const entry of entries.slice(-maxHops).reverse()) {
    const hop = plain(entry.trim());
    if (isIP(hop) === 0) return address;
    address = hop;
    if (!trusted.has(address)) return address;
  }
  return address;
}

/** `::ffff:127.0.0.1` is 127.0.0.1. */
function plain(address: string): string {
  return isIP(address) === 6 ? ipaddr.process(address).toString() : address;
}
