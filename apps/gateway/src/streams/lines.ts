import { setTimeout as pause } from 'node:timers/promises';
import { ok, type RequestContract, type Result } from '@baize/contracts';
import { ServiceFault } from '@baize/messaging';
import type { StreamTools } from './stream';

export const linesType = 'application/x-ndjson';
const attempts = 5;
const attemptGapMs = 500;

/** A page of what is sent as lines. */
interface LinesPage {
  readonly items: readonly object[];
  readonly nextCursor?: string;
}

/**
 * A line of JSON for each item, page after page, until there are no more or so many were sent. A page can be asked for
 * again: a service that starts anew must not cost an export.
 */
export async function openLines<Req extends object, Page extends LinesPage>(
  contract: RequestContract<Req, Page>,
  question: Req,
  maxItems: number,
  { services }: StreamTools,
): Promise<Result<AsyncIterable<string>>> {
  const first = await services.call(contract, question);
  const more = (cursor: string) =>
    patiently(() => services.call(contract, Object.assign(question, { cursor })));
  return first.ok ? ok(lines(first.value, maxItems, more)) : first;
}

async function* lines(
  first: LinesPage,
  maxItems: number,
  more: (cursor: string) => Promise<Result<LinesPage>>,
): AsyncGenerator<string> {
  let sent = 0;
  for (let page = first; ;) {
    if (page.items.length > 0) yield page.items.map((item) => `${JSON.stringify(item)}\n`).join('');
    sent += page.items.length;
    if (page.nextCursor === undefined || sent >= maxItems) return;
    const next = await more(page.nextCursor);
    if (!next.ok) throw new Error(`the lines broke off: ${next.error.code}`);
    page = next.value;
  }
}

async function patiently<T>(ask: () => Promise<Result<T>>): Promise<Result<T>> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await ask();
    } catch (fault) {
      if (!(fault instanceof ServiceFault) || attempt >= attempts) throw fault;
      await pause(attemptGapMs * attempt);
    }
  }
}
