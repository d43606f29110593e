import { readFileSync } from 'node:fs';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

const MOST = 200_000;

/** Networks that an address is looked up in by their lengths: as fast for many as for few. */
export class NetworkSet {
  private readonly byLength = new Map<number, Set<string>>();

  /** @throws Error that names the line which is no network */
  constructor(lines: readonly string[]) {
    if (lines.length > MOST) throw new Error(`more than ${MOST} networks`);
    for (const line of lines) {
      const text = line.replace(/#.*/, '').trim();
      if (text !== '') this.add(text);
    }
  }

  /** @param file a network in CIDR form on each line; what follows a `#` is a comment */
  static read(file: string): NetworkSet {
    return new NetworkSet(readFileSync(file, 'utf8').split('\n'));
  }

  has(address: Address): boolean {
    return [...this.byLength].some(([bits, starts]) => starts.has(startOf(address, bits)));
  }

  private add(text: string): void {
    let network: [Address, number];
    try {
      network = ipaddr.parseCIDR(text);
    } catch {
      throw new Error(`"${text.slice(0, 60)}" is no CIDR network`);
    }
    const [address, bits] = network;
    const starts = this.byLength.get(bits) ?? new Set();
    this.byLength.set(bits, starts.add(startOf(address, bits)));
  }
}

/** The first address of the network of so many bits that the address is in, with its family. */
function startOf(address: Address, bits: number): string {
  const bytes = address.toByteArray();
  const masked = bytes.map((byte, i) => byte & (0xff << Math.max(0, 8 - Math.max(0, bits - 8 * i))));
  return Buffer.from(masked).toString('latin1');
}
