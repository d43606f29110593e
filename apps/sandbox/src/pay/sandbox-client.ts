import { setTimeout as sleep } from 'node:timers/promises';
import type { HttpClient } from '../platform/http-client';
import type { PayFaultRates } from '../psps/faults';
import type { PspRecord } from '../psps/record';
import type { WebhookTally } from '../psps/webhooks';

export type WebhookTallies = Readonly<Record<string, WebhookTally & { waiting: number }>>;

const patienceMs = 30_000;

/** The served sandbox as its own tools see it: the payer's browser, the PSPs' books, their webhooks. */
export class SandboxClient {
  constructor(private readonly http: HttpClient) {}

  async plan(faults: PayFaultRates, seed: string, minuteMs: number): Promise<void> {
    await this.call('PUT', '/psps/settings', JSON.stringify({ faults, seed, minuteMs }));
  }

  /** Presses a button of the hosted page, whatever its host is called from outside. */
  async press(redirectUrl: string, action: 'approve' | 'decline' | 'timeout'): Promise<void> {
    const { pathname } = new URL(redirectUrl);
    await this.call('POST', pathname, `action=${action}`, 'application/x-www-form-urlencoded');
  }

  async instrumentOf(reference: string): Promise<string | undefined> {
    const { items } = await this.books(`?reference=${encodeURIComponent(reference)}`);
    return items.find(({ status }) => status === 'paid')?.instrument;
  }

  async recordsSince(ms: number): Promise<readonly PspRecord[]> {
    const { items, truncated } = await this.books(`?since=${ms}`);
    if (truncated) throw new Error('the PSPs took more payments than their books can tell at once');
    return items;
  }

  async webhooks(): Promise<WebhookTallies> {
    return JSON.parse(await this.call('GET', '/psps/webhooks')) as WebhookTallies;
  }

  private async books(query: string): Promise<{ items: PspRecord[]; truncated: boolean }> {
    return JSON.parse(await this.call('GET', `/psps/books${query}`)) as {
      items: PspRecord[];
      truncated: boolean;
    };
  }

  /** Every call may be repeated: it reads, or says the same again. */
  private async call(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: string,
    type = 'application/json',
  ): Promise<string> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const answer = await this.http.send({
        method,
        path,
        ...(body !== undefined && { body, headers: { 'content-type': type } }),
      });
      if (answer.kind === 'answered' && answer.status < 400) return answer.body;
      const why =
        answer.kind === 'failed' ? answer.why : `HTTP ${answer.status} ${answer.body.slice(0, 200)}`;
      const isDefinite = answer.kind === 'answered' && answer.status < 500;
      if (isDefinite || Date.now() > deadline) throw new Error(`${method} ${path} of the sandbox: ${why}`);
      await sleep(200);
    }
  }
}
