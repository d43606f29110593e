import { type AuditSigner, CheckpointKeys } from '@baize/audit';
import type { Checkpoint, LedgerSigner, SealedCheckpoint } from '../domain/checkpoints';

/** Named beside the audit log's streams in what is signed; a brand's stream is never called so. */
const stream = '*ledger';

/** Signs the ledger's checkpoints with the key of the service's audit log. */
export function ledgerSigner(signer: AuditSigner): LedgerSigner {
  return {
    sign: ({ number, digest, sealedAt }: Checkpoint): SealedCheckpoint => {
      const { keyId, signature } = signer.sign({ stream, position: number, digest, sealedAt });
      return { number, digest, sealedAt, keyId, signature };
    },
  };
}

/** Checks them with public keys: the present one, and those that it replaced. */
export function ledgerKeys(publicKeys: readonly string[]): (checkpoint: SealedCheckpoint) => boolean {
  const keys = new CheckpointKeys('wallet', publicKeys);
  return ({ number, digest, sealedAt, keyId, signature }) =>
    keys.isGenuine({
      stream,
      position: number,
      digest,
      sealedAt,
      keyId,
      signature: signature.replaceAll('\n', ''),
    });
}
