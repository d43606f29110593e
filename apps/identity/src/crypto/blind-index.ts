import { createHmac } from 'node:crypto';

export type IdentifierKind = 'email' | 'phone' | 'name-birth';

/** Keyed hashes by which persons are found without their data being readable: HMAC-SHA256. */
export class BlindIndex {
  constructor(private readonly key: Buffer) {}

  /** The index of a normalised value; the kind keeps equal texts of two kinds apart. */
  of(kind: IdentifierKind, normalised: string): Buffer {
    return createHmac('sha256', this.key).update(`${kind}\0${normalised}`).digest();
  }
}
