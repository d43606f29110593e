import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

/** How far the chain of a stream went when it was signed. */
export interface Checkpoint {
  readonly stream: string;
  readonly position: bigint;
  /** Hex SHA-256 of the entry at the position. */
  readonly digest: string;
  readonly sealedAt: string;
}

/** A checkpoint with the signature that makes it evidence, wherever a copy of it is kept. */
export interface SignedCheckpoint extends Checkpoint {
  readonly keyId: string;
  /** Ed25519, base64. */
  readonly signature: string;
}

// The fixed head of an Ed25519 private key in PKCS #8 (RFC 8410); the 32 bytes of the seed follow it.
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex');
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

/** Signs the checkpoints of one service with an Ed25519 key. */
export class AuditSigner {
  readonly publicKey: string;
  readonly keyId: string;
  private readonly key: KeyObject;

  /** @param seed the key's 32 bytes, base64 */
  constructor(
    readonly service: string,
    seed: string,
  ) {
    const bytes = Buffer.from(seed, 'base64');
    this.key = createPrivateKey({ key: Buffer.concat([PKCS8_HEAD, bytes]), format: 'der', type: 'pkcs8' });
    const spki = createPublicKey(this.key).export({ format: 'der', type: 'spki' });
    this.publicKey = spki.subarray(SPKI_HEAD.length).toString('base64');
    this.keyId = keyIdOf(this.publicKey);
  }

  sign(checkpoint: Checkpoint): SignedCheckpoint {
    const signature = sign(null, textOf(this.service, checkpoint), this.key).toString('base64');
    return { ...checkpoint, keyId: this.keyId, signature };
  }
}

/** Checks checkpoints of one service with public keys alone: the present one, and those it replaced. */
export class CheckpointKeys {
  private readonly keys: ReadonlyMap<string, KeyObject>;

  /** @param publicKeys 32 bytes each, base64 */
  constructor(
    private readonly service: string,
    publicKeys: readonly string[],
  ) {
    this.keys = new Map(publicKeys.map((key) => [keyIdOf(key), readPublicKey(key)]));
  }

  isGenuine(checkpoint: SignedCheckpoint): boolean {
    const key = this.keys.get(checkpoint.keyId);
    const signature = Buffer.from(checkpoint.signature, 'base64');
    return key !== undefined && verify(null, textOf(this.service, checkpoint), key, signature);
  }
}

/** A checkpoint as one line of text, to be kept elsewhere. */
export function checkpointText(checkpoint: SignedCheckpoint): string {
  const { stream, position, digest, sealedAt, keyId, signature } = checkpoint;
  return [encodeURIComponent(stream), position, digest, sealedAt, keyId, signature].join(' ');
}

const CHECKPOINT = /(\S+) ([1-9]\d{0,18}) ([0-9a-f]{64}) (\S+Z) ([0-9a-f]{16}) ([A-Za-z0-9+/]{86}==)/;

/** The checkpoints in a text of log lines or of {@link checkpointText}; other lines are passed over. */
export function checkpointsIn(text: string): SignedCheckpoint[] {
  return text.split('\n').flatMap((line) => {
    const found = CHECKPOINT.exec(/"checkpoint":"([^"]+)"/.exec(line)?.[1] ?? line);
    if (!found) return [];
    const [, stream = '', position = '', digest = '', sealedAt = '', keyId = '', signature = ''] = found;
    const named = { stream: decodeURIComponent(stream), position: BigInt(position) };
    return [{ ...named, digest, sealedAt, keyId, signature }];
  });
}

function readPublicKey(base64: string): KeyObject {
  const key = Buffer.concat([SPKI_HEAD, Buffer.from(base64, 'base64')]);
  return createPublicKey({ key, format: 'der', type: 'spki' });
}

function keyIdOf(publicKey: string): string {
  return createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('hex').slice(0, 16);
}

/** The service is signed too: a checkpoint of another service's log proves nothing here. */
function textOf(service: string, { stream, position, digest, sealedAt }: Checkpoint): Buffer {
  return Buffer.from(
    JSON.stringify(['baize audit checkpoint', service, stream, String(position), digest, sealedAt]),
  );
}
