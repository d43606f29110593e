import type { Result } from '@baize/contracts';
import type { HintListener, RequestClient } from '@baize/messaging';
import type { Input } from '../http/input-form';

/** Whether who opened a stream may still have it; `unknown` when nobody could be asked. */
export type Standing = 'valid' | 'ended' | 'unknown';

/** What a stream works with while it runs. */
export interface StreamTools {
  readonly services: Pick<RequestClient, 'call'>;
  readonly hints: HintListener;
  /** Aborted when nobody reads any more, and for endless streams when the gateway stops. */
  readonly signal: AbortSignal;
  /** How often the caller is checked again. */
  readonly recheckMs: number;
  readonly standing: () => Promise<Standing>;
}

/** An answer that is sent as it comes, no faster than it is read. */
export interface StreamedForm<Body, Query> {
  readonly contentType: string;
  readonly description: string;
  /** It never ends by itself: a gateway that stops ends it at once instead of waiting. */
  readonly endless?: true;
  /** Whether this request is answered so; when left out every one is. */
  wanted?(query: Query, accept: string): boolean;
  /** The first refusal is the answer; what fails after it cuts the connection, so that no part looks like the whole. */
  open(input: Input<Body, Query>, tools: StreamTools): Promise<Result<AsyncIterable<string>>>;
}
