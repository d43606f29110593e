import { once } from 'node:events';
import { Readable } from 'node:stream';
import { ok, refuse, type Result } from '@baize/contracts';
import type { HintListener, RequestClient } from '@baize/messaging';
import { counter, gauge } from '@baize/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../auth/caller';
import type { Input } from '../http/input-form';
import type { StreamedForm, Standing } from './stream';

/** Bounds of the streams that a gateway holds open. */
export interface StreamLimits {
  readonly maxStreams: number;
  readonly maxPerPlayer: number;
  readonly maxPerClient: number;
  readonly recheckMs: number;
}

/** A request whose answer is to be streamed. */
export interface StreamRequest {
  readonly form: StreamedForm<object, object>;
  readonly input: Input<object, object>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly standing: () => Promise<Standing>;
}

const open = gauge('gateway_open_streams', 'Answers that are being streamed');
const turnedAway = counter('gateway_streams_refused_total', 'Streams over a bound, by bound', ['bound']);

/** Opens, counts and ends the streamed answers. */
export class Streams {
  private readonly perCaller = new Map<string, number>();
  private readonly stopping = new AbortController();
  private count = 0;

  constructor(
    private readonly limits: StreamLimits,
    private readonly services: Pick<RequestClient, 'call'>,
    private readonly hints: HintListener,
  ) {}

  /** Answers as soon as the stream is open or refused; `sent` settles when all of it was sent or nobody reads any more. */
  async answer(asked: StreamRequest): Promise<Result<{ sent: Promise<void> }>> {
    const { form, input, request, reply } = asked;
    const leave = this.enter(input.caller);
    if (!leave.ok) return leave;
    const gone = new AbortController();
    const onClose = (): void => gone.abort();
    request.raw.socket.once('close', onClose);
    if (request.raw.socket.destroyed) gone.abort();
    const done = (): void => {
      request.raw.socket.off('close', onClose);
      gone.abort();
      leave.value();
    };
    const signal = form.endless ? AbortSignal.any([gone.signal, this.stopping.signal]) : gone.signal;
    const { services, hints, limits } = this;
    const tools = { services, hints, signal, recheckMs: limits.recheckMs, standing: asked.standing };
    const opened = await form.open(input, tools).catch((error: unknown) => {
      done();
      throw error;
    });
    if (!opened.ok) {
      done();
      return opened;
    }
    return ok({ sent: send(form.contentType, opened.value, reply).finally(done) });
  }

  /** Ends what has no end of its own, and opens no more. */
  drain(): void {
    this.stopping.abort();
  }

  private enter(caller: Caller): Result<() => void> {
    const mine = this.perCaller.get(caller.id) ?? 0;
    const { maxStreams, maxPerPlayer, maxPerClient } = this.limits;
    if (mine >= (caller.kind === 'client' ? maxPerClient : maxPerPlayer)) {
      turnedAway.inc({ bound: 'caller' });
      return refuse('gateway.too-many-streams', 'This caller has as many open streams as it may have.');
    }
    if (this.count >= maxStreams || this.stopping.signal.aborted) {
      turnedAway.inc({ bound: 'all' });
      return refuse('gateway.overloaded', 'No more streams can be opened here at the moment; try again.');
    }
    this.change(caller.id, 1);
    return ok(() => this.change(caller.id, -1));
  }

  private change(id: string, by: 1 | -1): void {
    const mine = (this.perCaller.get(id) ?? 0) + by;
    if (mine === 0) this.perCaller.delete(id);
    else this.perCaller.set(id, mine);
    this.count += by;
    open.set(this.count);
  }
}

/** Pulls the next piece only when the last one has gone out. */
async function send(contentType: string, pieces: AsyncIterable<string>, reply: FastifyReply): Promise<void> {
  const body = Readable.from(pieces, { objectMode: false, highWaterMark: 16 * 1024 });
  const closed = once(body, 'close').catch(() => undefined);
  void reply
    .code(200)
    .header('cache-control', 'no-store')
    // a proxy that gathers would hold back what should be seen at once
    .header('x-accel-buffering', 'no')
    .type(contentType)
    .send(body);
  await closed;
}
