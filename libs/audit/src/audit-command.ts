import { readFileSync } from 'node:fs';
import { Database } from '@baize/persistence';
import { IsArray, IsOptional, IsString, Matches, MinLength } from 'class-validator';
import { AuditSigner, CheckpointKeys, checkpointsIn, type SignedCheckpoint } from './signing';
import { verifyAudit } from './verify-audit';

/** 32 bytes in base64: of an Ed25519 seed or public key. */
export const auditKeyPattern = /^[A-Za-z0-9+/]{43}=$/;
const message = 'must be 32 bytes in base64';

/** Environment of the `audit` command. */
export class AuditConfig {
  @IsString() @MinLength(1) databaseUrl: string;
  /** Whoever only verifies does without it and names public keys. */
  @IsOptional() @Matches(auditKeyPattern, { message }) auditSigningKey?: string;
  /** Public keys of the log's whole life: the present one, and those that it replaced. */
  @IsArray() @Matches(auditKeyPattern, { each: true, message }) auditPublicKeys: string[] = [];
}

const USAGE = `usage: audit verify [--checkpoints <file of a service's log lines>]
       audit public-key
`;

/**
 * The command line over a service's audit log, for `node apps/<service>/dist/main.js audit ...`: pass it what follows
 * `audit`. Prints one JSON line per stream and finding and answers the exit code: 0, 1 when something is wrong with the
 * log, 2 for wrong arguments.
 */
export async function auditCommand(
  config: AuditConfig,
  service: string,
  argv: readonly string[],
  print: (text: string) => void = (text) => void process.stdout.write(text),
): Promise<number> {
  const [verb, option, file, ...rest] = argv;
  const signer = config.auditSigningKey ? new AuditSigner(service, config.auditSigningKey) : undefined;
  const publicKeys = [...config.auditPublicKeys, ...(signer ? [signer.publicKey] : [])];
  if (verb === 'public-key' && option === undefined && signer) {
    print(`${signer.publicKey}\n`);
    return 0;
  }
  const isVerify = verb === 'verify' && rest.length === 0 && publicKeys.length > 0;
  if (!isVerify || (option !== undefined && (option !== '--checkpoints' || file === undefined))) {
    print(USAGE);
    return 2;
  }
  const kept = file === undefined ? [] : checkpointsIn(readFileSync(file, 'utf8'));
  return verify(config.databaseUrl, new CheckpointKeys(service, publicKeys), kept, (line) =>
    print(`${JSON.stringify({ service, ...line })}\n`),
  );
}

async function verify(
  url: string,
  keys: CheckpointKeys,
  kept: readonly SignedCheckpoint[],
  print: (line: object) => void,
): Promise<number> {
  const database = new Database({ url, name: 'audit-verify', poolSize: 1 });
  let findings = 0;
  try {
    for await (const step of verifyAudit(database, keys, kept)) {
      if ('kind' in step) findings += 1;
      print({ ...step, ...('position' in step && { position: String(step.position) }), ...countOf(step) });
    }
  } finally {
    await database.close();
  }
  print({ findings, checkpointsFromElsewhere: kept.length });
  return findings === 0 ? 0 : 1;
}

function countOf(step: object): { entries?: string } {
  return 'entries' in step ? { entries: String(step.entries) } : {};
}
