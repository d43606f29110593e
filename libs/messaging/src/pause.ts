/** Waits, but not past the end of `signal`. Never rejects. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (ms <= 0 || signal?.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** Doubling from 50 ms to 2 s, with jitter so that many waiters do not come back at once. */
export function backOffMs(attempt: number): number {
  return Math.min(50 * 2 ** Math.min(attempt - 1, 10), 2_000) * (0.75 + Math.random() / 2);
}

/** A wait that another part of the process can cut short. */
export class Waker {
  private woken = false;
  private cut: (() => void) | undefined;

  /** Ends the current wait, or the next one when nobody is waiting. */
  wake(): void {
    this.woken = true;
    this.cut?.();
  }

  /** Waits; answers whether it was woken. */
  async wait(ms: number, signal: AbortSignal): Promise<boolean> {
    if (!this.woken) {
      const cut = new AbortController();
      this.cut = () => cut.abort();
      const end = (): void => cut.abort();
      signal.addEventListener('abort', end, { once: true });
      if (!signal.aborted) await pause(ms, cut.signal);
      signal.removeEventListener('abort', end);
      this.cut = undefined;
    }
    const { woken } = this;
    this.woken = false;
    return woken;
  }
}
