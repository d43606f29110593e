import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Reader } from 'mmdb-lib';
import type { Place } from '../../domain/geo';
import type { NetworkSet } from './network-set';

/** What a record of the country database holds. */
interface CountryRecord {
  readonly country_code?: string;
}

/**
 * Where an address is, offline. The countries are those of `@ip-location-db/geo-whois-asn-country-mmdb` (CC0, from the
 * registries' own records); hosting networks are a file that the operator keeps, because the free lists of
 * networks by ASN ask for attribution by whoever passes them on.
 */
export class GeoDatabase {
  private readonly reader: Reader<never>;

  constructor(private readonly hosting: NetworkSet) {
    const file = require.resolve('@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb');
    this.reader = new Reader<never>(readFileSync(file));
  }

  /** Loopback, private and unknown addresses have no country. */
  find(text: string): Place {
    if (isIP(text) === 0) return { country: undefined, isHosting: false };
    const address = ipaddr.process(text);
    if (address.range() !== 'unicast') return { country: undefined, isHosting: false };
    const record = this.reader.get(address.toString()) as CountryRecord | null;
    const code = record?.country_code;
    const country = code !== undefined && /^[A-Z]{2}$/.test(code) ? code : undefined;
    return { country, isHosting: this.hosting.has(address) };
  }
}
