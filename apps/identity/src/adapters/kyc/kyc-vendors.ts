import type { KycVendor } from '../../domain/kyc-vendor';
import { Sumsub } from './sumsub';
import { isObject, objectAt } from './vendor-http';
import { Veriff } from './veriff';

const wanted = {
  sumsub: ['baseUrl', 'appToken', 'secretKey', 'secret'],
  veriff: ['baseUrl', 'apiKey', 'sharedSecret'],
} as const;

/** The vendors of every brand, as `KYC_VENDORS` configures them. The first of a brand gets its checks. */
export class KycVendors {
  private readonly byBrand = new Map<string, Map<string, KycVendor>>();

  /** @throws Error that names what is wrong in the text, never a value */
  constructor(text: string) {
    const brands: unknown = JSON.parse(text);
    if (!isObject(brands)) throw new Error('KYC_VENDORS is no JSON object of brands');
    for (const brand of Object.keys(brands)) {
      const vendors = Object.entries(objectAt(brands, brand)).map(
        ([name, given]) => [name, vendorOf(name, given)] as const,
      );
      this.byBrand.set(brand, new Map(vendors));
    }
  }

  find(brand: string, name: string): KycVendor | undefined {
    return this.byBrand.get(brand)?.get(name);
  }

  /** The name of the vendor that gets the brand's checks. */
  preferred(brand: string): string | undefined {
    return this.byBrand.get(brand)?.keys().next().value;
  }
}

function vendorOf(name: string, given: unknown): KycVendor {
  if (name !== 'sumsub' && name !== 'veriff')
    throw new Error(`KYC_VENDORS: ${name} is no vendor that is known`);
  const fields = isObject(given) ? given : {};
  const text = (key: string): string => {
    const value = fields[key];
    if (typeof value !== 'string' || value === '') throw new Error(`KYC_VENDORS: ${name} lacks ${key}`);
    return value;
  };
  const missing = wanted[name].map(text);
  const baseUrl = missing[0] ?? '';
  if (name === 'veriff')
    return new Veriff({ baseUrl, apiKey: text('apiKey'), sharedSecret: text('sharedSecret') });
  return new Sumsub({
    baseUrl,
    appToken: text('appToken'),
    secretKey: text('secretKey'),
    secret: text('secret'),
  });
}
