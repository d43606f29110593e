import { hash, verify } from '@node-rs/argon2';

/** The cost of argon2id; OWASP's first recommendation is 19 MiB, 2 passes, 1 lane. */
export interface PasswordCost {
  readonly memoryKib: number;
  readonly passes: number;
  readonly lanes: number;
}

/**
 * argon2id (the library's default algorithm) on libuv's threads, never on the event loop. Work that still waits
 * for a thread when its caller has given up is dropped: otherwise a burst of logins would be hashed for nobody.
 */
export class Passwords {
  private readonly options: { memoryCost: number; timeCost: number; parallelism: number };
  private readonly nobody: Promise<string>;

  constructor(cost: PasswordCost) {
    this.options = { memoryCost: cost.memoryKib, timeCost: cost.passes, parallelism: cost.lanes };
    this.nobody = hash('nobody has this password', this.options);
  }

  hash(password: string, deadline: number): Promise<string> {
    return hash(password.normalize('NFKC'), this.options, until(deadline));
  }

  /** Takes as long for an account that does not exist (no hash) as for a wrong password. */
  async verify(stored: string | undefined, password: string, deadline: number): Promise<boolean> {
    const encoded = stored ?? (await this.nobody);
    const matches = await verify(encoded, password.normalize('NFKC'), undefined, until(deadline));
    return matches && stored !== undefined;
  }
}

/** @param deadline absolute, epoch milliseconds */
function until(deadline: number): AbortSignal {
  return AbortSignal.timeout(Math.max(0, deadline - Date.now()));
}
