import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KycVendor } from '../../domain/kyc-vendor';
import { Sumsub } from './sumsub';
import { Veriff } from './veriff';

interface VectorFile {
  readonly credentials: Record<string, string>;
  readonly cases: readonly {
    readonly name: string;
    readonly request: { readonly headers: Record<string, string>; readonly bodyBase64: string };
    readonly valid: boolean;
  }[];
}
const vectorsOf = (vendor: string) =>
  JSON.parse(readFileSync(join(__dirname, `fixtures/${vendor}.json`), 'utf8')) as VectorFile;
const baseUrl = 'http://127.0.0.1:9';

describe.each<[string, (credentials: Record<string, string>) => KycVendor]>([
  ['sumsub', ({ secret = '' }) => new Sumsub({ baseUrl, appToken: 'a', secretKey: 'b', secret })],
  ['veriff', ({ apiKey = '', sharedSecret = '' }) => new Veriff({ baseUrl, apiKey, sharedSecret })],
])('%s', (name, make) => {
  const { credentials, cases } = vectorsOf(name);
  const vendor = make(credentials);
  const callbackOf = ({ headers, bodyBase64 }: (typeof cases)[number]['request']) => ({
    headers: Object.fromEntries(Object.entries(headers).map(([key, value]) => [key.toLowerCase(), value])),
    body: Buffer.from(bodyBase64, 'base64'),
    receivedAt: new Date(),
  });

  it.each(cases.map((one) => [one.name, one] as const))('%s', (_name, { request, valid }) => {
    expect(vendor.isAuthentic(callbackOf(request))).toBe(valid);
    // reading never throws, whatever was sent
    vendor.read(callbackOf(request));
  });

  it('has valid and forged cases, and reads the first one', () => {
    expect(new Set(cases.map(({ valid }) => valid))).toEqual(new Set([true, false]));
    const [first] = cases;
    expect(first && vendor.read(callbackOf(first.request))).toMatchObject({
      outcome: 'approved',
      subject: expect.stringMatching(/^player-/),
    });
  });
});
