import type ClientInterface from '@adyen/api-library/lib/src/httpClient/clientInterface';
import { baseText, exchange, NoAnswer } from '../psp-http';
import { readJsonObject, textAt } from '../psp-json';

/** Adyen answered, and took nothing. */
export class AdyenRefusal extends Error {
  constructor(
    readonly status: number,
    /** Adyen's own code. */
    readonly code: string,
  ) {
    super(`refused with HTTP ${status}`);
    this.name = 'AdyenRefusal';
  }
}

/**
 * The connection below Adyen's client: it goes to the configured address, is bounded in time and size, and tells a
 * refusal from no answer. (The client's own speaks https to Adyen's hosts only, and bounds idleness, not the call.)
 */
export function adyenHttp(base: URL, apiKey: string, timeoutMs: number): ClientInterface {
  return {
    async request(endpoint, json, _config, _needsKey, options = {}): Promise<string> {
      const query = options.params === undefined ? '' : `?${new URLSearchParams(options.params).toString()}`;
      const post = options.method !== 'GET';
      const { status, body } = await exchange(
        {
          method: post ? 'POST' : 'GET',
          url: `${baseText(base)}${new URL(endpoint).pathname}${query}`,
          headers: {
            'x-api-key': apiKey,
            accept: 'application/json',
            ...(post && { 'content-type': 'application/json' }),
            ...(options.idempotencyKey !== undefined && { 'idempotency-key': options.idempotencyKey }),
          },
          ...(post && { body: json.toString() }),
        },
        timeoutMs,
      );
      const answer = readJsonObject(body);
      if (status >= 400) {
        // the same key is still being worked on: nothing is known yet
        if (status === 409) throw new NoAnswer('HTTP 409');
        throw new AdyenRefusal(status, textAt(answer, 'errorCode') ?? String(status));
      }
      if (answer === undefined || status >= 300) throw new NoAnswer(`HTTP ${status} without a JSON object`);
      return body;
    },
  };
}
