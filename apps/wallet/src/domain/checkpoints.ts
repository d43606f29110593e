import { createHash } from 'node:crypto';

/** How far the ledger was sealed when it was signed. */
export interface Checkpoint {
  /** From 1, without gaps. */
  readonly number: bigint;
  /** Hex SHA-256 of the checkpoint before and of all segments that this one adds. */
  readonly digest: string;
  readonly sealedAt: string;
}

export interface SealedCheckpoint extends Checkpoint {
  readonly keyId: string;
  /** Ed25519, base64. */
  readonly signature: string;
}

/** Whoever has the key that is not in the database. */
export interface LedgerSigner {
  sign(checkpoint: Checkpoint): SealedCheckpoint;
}

/** @param content SHA-256 of the hashes of the checkpoint's segments, in the order of their wallets */
export function checkpointDigest(previous: Buffer | null, number: bigint, content: Buffer): string {
  const place = Buffer.alloc(8);
  place.writeBigInt64BE(number);
  return createHash('sha256')
    .update(previous ?? Buffer.alloc(32))
    .update(place)
    .update(content)
    .digest('hex');
}

/** A checkpoint as text for the service's log, which is kept where nobody of this database can change it. */
export function sealText({ number, digest, sealedAt, keyId, signature }: SealedCheckpoint): string {
  return [number, digest, sealedAt, keyId, signature].join(',');
}

const pattern =
  /"ledgerSeal":"([1-9]\d{0,17}),([0-9a-f]{64}),([^,"]+Z),([0-9a-f]{16}),([A-Za-z0-9+/]{86}==)"/;

/** The checkpoints in the lines of a service's log; other lines are passed over. */
export function sealsIn(log: string): SealedCheckpoint[] {
  return log.split('\n').flatMap((line) => {
    const found = pattern.exec(line);
    if (!found) return [];
    const [, number = '', digest = '', sealedAt = '', keyId = '', signature = ''] = found;
    return [{ number: BigInt(number), digest, sealedAt, keyId, signature }];
  });
}
