// @ts-check
const started = Date.now();

/** @param {string} text */
export function say(text) {
  process.stdout.write(`${text}\n`);
}

/** @param {number} ms */
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/**
 * Runs one step and reports it: its name at once, a sign of life every five seconds, its time at the end.
 * @template T
 * @param {string} title
 * @param {() => T | Promise<T>} work
 * @param {(result: T) => boolean} [succeeded] for work that reports failure without a throw
 * @returns {Promise<T>}
 */
export async function step(title, work, succeeded = () => true) {
  const begun = Date.now();
  const pulse = setInterval(() => say(`    ${title}: ${seconds(Date.now() - begun)} so far`), 5_000);
  say(`  > ${title}`);
  try {
    const result = await work();
    say(`  ${succeeded(result) ? '✓' : '✗'} ${title} (${seconds(Date.now() - begun)})`);
    return result;
  } finally {
    clearInterval(pulse);
  }
}

/** @param {unknown} error the reason without a stack trace: the reader runs the platform, not this tool */
export function fail(error) {
  const { message, cause } = error instanceof Error ? error : { message: String(error), cause: undefined };
  process.stderr.write(`✗ ${message}${cause instanceof Error ? ` (${cause.message})` : ''}\n`);
}

/** @param {[string, string][]} rows */
export function table(rows) {
  const width = Math.max(...rows.map(([name]) => name.length));
  say('');
  for (const [name, value] of rows) say(`  ${name.padEnd(width)}  ${value}`);
  say('');
}

/** Time since the launcher began. */
export const elapsed = () => seconds(Date.now() - started);
