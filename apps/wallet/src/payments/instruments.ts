import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const ivBytes = 12;
const tagBytes = 16;

/** An instrument as it is kept. */
export interface KeptInstrument {
  readonly instrumentSealed: Buffer;
  readonly instrumentPrint: Buffer;
  readonly instrumentMasked: string;
}

/**
 * Card references, wallet accounts and IBANs at rest: AES-256-GCM, tied to the brand, and a keyed hash by which the
 * same instrument is found again. Both keys derive from one.
 */
export class Instruments {
  private readonly sealing: Buffer;
  private readonly printing: Buffer;

  /** @param key at least 32 random bytes */
  constructor(key: Buffer) {
    if (key.length < 32) throw new Error('the key of instruments must have at least 32 bytes');
    this.sealing = derive(key, 'seal');
    this.printing = derive(key, 'print');
  }

  keep(brand: string, one: { readonly reference: string; readonly masked: string }): KeptInstrument {
    const { reference, masked } = one;
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', this.sealing, iv).setAAD(Buffer.from(brand));
    const print = createHmac('sha256', this.printing).update(`${brand}\0${reference}`);
    return {
      instrumentSealed: Buffer.concat([iv, cipher.update(reference), cipher.final(), cipher.getAuthTag()]),
      instrumentPrint: print.digest(),
      instrumentMasked: masked,
    };
  }

  /** @throws when the key or the brand is another one, or a bit was changed */
  open(brand: string, sealed: Buffer): string {
    const decipher = createDecipheriv('aes-256-gcm', this.sealing, sealed.subarray(0, ivBytes), {
      authTagLength: tagBytes,
    });
    decipher.setAAD(Buffer.from(brand)).setAuthTag(sealed.subarray(-tagBytes));
    return Buffer.concat([decipher.update(sealed.subarray(ivBytes, -tagBytes)), decipher.final()]).toString();
  }
}

function derive(key: Buffer, use: string): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', `baize payment instruments: ${use}`, 32));
}

/** All but the last four characters of a reference or IBAN. */
export function mask(reference: string): string {
  return `**** ${reference.slice(-4)}`;
}
