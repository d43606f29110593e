import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/** A person's data key, readable only while it is in use. */
export type PersonKey = Buffer;

/**
 * Personal data at rest: AES-256-GCM under a key per person, which is itself sealed by the master key. Whoever
 * drops the sealed key has erased the person. Sealed text is IV (12) | cipher text | tag (16); its place (the row's
 * id) is authenticated, so that a profile moved to another row does not open.
 */
export class Vault {
  /** Names the master key that seals, without telling it. */
  readonly masterKeyId: string;

  /** @param otherKey a second master key that opens and never seals: the next one or the last, during a change of keys */
  constructor(
    private readonly masterKey: Buffer,
    private readonly otherKey?: Buffer,
  ) {
    this.masterKeyId = createHash('sha256').update(masterKey).digest('hex').slice(0, 16);
  }

  /** A new person's key and its sealed form for the key table. */
  newPersonKey(personId: string): { key: PersonKey; wrapped: Buffer } {
    const key = randomBytes(KEY_BYTES);
    return { key, wrapped: seal(this.masterKey, key, personId) };
  }

  /** @throws when neither master key is the one that sealed it */
  unwrap(wrapped: Buffer, personId: string): PersonKey {
    try {
      return open(this.masterKey, wrapped, personId);
    } catch (error) {
      if (!this.otherKey) throw error;
      return open(this.otherKey, wrapped, personId);
    }
  }

  /** The same person's key, sealed by the master key. @throws as {@link unwrap} */
  rewrap(wrapped: Buffer, personId: string): Buffer {
    return seal(this.masterKey, this.unwrap(wrapped, personId), personId);
  }

  /** Seals a JSON value for the row `place`. */
  seal(key: PersonKey, value: object, place: string): Buffer {
    return seal(key, Buffer.from(JSON.stringify(value)), place);
  }

  /** @throws when the key or the place is another one, or a bit was changed */
  open(key: PersonKey, sealed: Buffer, place: string): unknown {
    return JSON.parse(open(key, sealed, place).toString());
  }
}

function seal(key: Buffer, plain: Buffer, place: string): Buffer {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function open(key: Buffer, sealed: Buffer, place: string): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(place)).setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
}
