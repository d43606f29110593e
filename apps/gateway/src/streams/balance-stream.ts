import {
  ledgerHints,
  ok,
  walletQueries,
  type BalanceDto,
  type GetBalance,
  type Result,
} from '@baize/contracts';
import { ServiceFault, Waker } from '@baize/messaging';
import type { StreamTools } from './stream';

/** Read again so often when no hint comes: with the time of a read every change is seen within a second. */
const pollMs = 800;
/** A hint after a read waits so long: a busy player has hundreds of changes a second, and one look shows them all. */
const gapMs = 50;
const readTimeoutMs = 1_000;
const heartbeatMs = 15_000;
/** A reader comes back after it, and proves itself anew. */
const longestMs = 3_600_000;
/** Times in a row that nobody could say whether the caller may still read; then it is ended, not trusted. */
const maxUnknown = 3;

/**
 * A wallet's balance as server-sent events: now, and then whenever it changed. Several changes at once are one event,
 * `id` is the balance's version. Hints say when to look; what they miss is seen by looking anyway.
 */
export async function openBalanceStream(
  wallet: GetBalance,
  tools: StreamTools,
): Promise<Result<AsyncIterable<string>>> {
  const waker = new Waker();
  // before the first look, so that nothing changes unheard between it and the next
  const stopListening = tools.hints.listen(ledgerHints.balanceChanged, wallet.playerId, () => waker.wake());
  try {
    const first = await read(wallet, tools);
    if (!first.ok) stopListening();
    return first.ok
      ? ok(new BalanceStream(first.value, { wallet, tools, waker, stopListening }).events())
      : first;
  } catch (fault) {
    stopListening();
    throw fault;
  }
}

interface Parts {
  readonly wallet: GetBalance;
  readonly tools: StreamTools;
  readonly waker: Waker;
  readonly stopListening: () => void;
}

class BalanceStream {
  private readonly startedAt = Date.now();
  private spokenAt = Date.now();
  private checkedAt = Date.now();
  private unknown = 0;

  constructor(
    private shown: BalanceDto,
    private readonly parts: Parts,
  ) {}

  async *events(): AsyncGenerator<string> {
    const { tools, waker, stopListening } = this.parts;
    const isOver = (): boolean => tools.signal.aborted;
    try {
      yield `retry: 1000\n\n${balanceEvent(this.shown)}`;
      while (!isOver()) {
        const woken = await waker.wait(pollMs, tools.signal);
        if (isOver()) break;
        const end = await this.endOf();
        if (end !== undefined) {
          yield `event: end\ndata: ${JSON.stringify({ reason: end })}\n\n`;
          return;
        }
        const text = await this.look();
        if (text !== undefined) {
          this.spokenAt = Date.now();
          yield text;
        }
        if (woken) await new Waker().wait(gapMs, tools.signal);
      }
      yield `event: end\ndata: {"reason":"closing"}\n\n`;
    } finally {
      stopListening();
    }
  }

  private async look(): Promise<string | undefined> {
    const now = await read(this.parts.wallet, this.parts.tools).catch((fault: unknown) => {
      if (fault instanceof ServiceFault) return undefined; // seen by a later look
      throw fault;
    });
    // the answer of a slower replica may be the older one
    if (now?.ok && now.value.version > this.shown.version) {
      this.shown = now.value;
      return balanceEvent(now.value);
    }
    return Date.now() - this.spokenAt >= heartbeatMs ? ': still here\n\n' : undefined;
  }

  /** Why it ends now; undefined while the caller may go on. */
  private async endOf(): Promise<string | undefined> {
    const now = Date.now();
    if (now - this.startedAt >= longestMs) return 'reconnect';
    if (now - this.checkedAt < this.parts.tools.recheckMs) return undefined;
    this.checkedAt = now;
    const standing = await this.parts.tools.standing();
    if (standing === 'ended') return 'access-ended';
    this.unknown = standing === 'unknown' ? this.unknown + 1 : 0;
    return this.unknown >= maxUnknown ? 'access-unknown' : undefined;
  }
}

function read(wallet: GetBalance, { services }: StreamTools): Promise<Result<BalanceDto>> {
  return services.call(walletQueries.getBalance, wallet, { timeoutMs: readTimeoutMs });
}

function balanceEvent(balance: BalanceDto): string {
  return `id: ${balance.version}\nevent: balance\ndata: ${JSON.stringify(balance)}\n\n`;
}
