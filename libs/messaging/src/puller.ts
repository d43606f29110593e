import { createInbox, type ConsumerInfo, type JetStreamManager, type Msg, type NatsConnection } from 'nats';
import { SHARE_EVENTS } from './joint-batches';
import { pause, Waker } from './pause';
import { BATCH_EVENTS } from './streams';

const PULL_EXPIRES_MS = 5_000;
const SETTLE_MS = 2_000;
/** After a request was refused (no such consumer yet, a server shutting down). */
const REFUSED_PAUSE_MS = 250;
const EXPIRED = 408;
const KEEP_ALIVE_MS = 3_000;
const ACK = Buffer.from('+ACK');
const IN_PROGRESS = Buffer.from('+WPI');

/** A delivered message with its place in the stream and in the consumer's deliveries. */
interface Delivery {
  msg: Msg;
  streamSequence: number;
}

/** Works on a batch: `take` hands it over, once, and throws when the puller may not go on. */
export type Work = (take: () => readonly Msg[]) => Promise<void>;

interface Turn {
  work: Work;
  lost: AbortSignal;
  /** Stopped or lost. */
  ended: AbortSignal;
  /** False once it drains: then only what has arrived is worked off. */
  pulling: boolean;
}

/** Messages were lost on the way: what comes now may overtake them. */
export class DeliveryGap extends Error {}

/**
 * Pulls one durable consumer in order. JetStream redelivers what is not acknowledged, but meanwhile goes on with
 * newer messages; so in order means: as soon as a delivery number is missing, or somebody else left messages
 * unacknowledged, take nothing, wait until all of it has come due for redelivery, and begin again in stream order.
 * (A consumer's `max_ack_pending` is one batch, so the first pull then gets all of it.)
 */
export class Puller {
  private readonly queue: Delivery[] = [];
  private readonly arrived = new Waker();
  private readonly inbox: string;
  private expected = 0;
  private failure: Error | undefined;
  /** Messages that the current pull request may still bring. */
  private wanted = 0;
  private requestedAt = 0;
  private notBefore = 0;

  private constructor(
    private readonly nc: NatsConnection,
    private readonly info: ConsumerInfo,
  ) {
    const prefix = (nc as unknown as { options?: { inboxPrefix?: string } }).options?.inboxPrefix;
    this.inbox = createInbox(prefix);
    this.expected = info.delivered.consumer_seq + 1;
  }

  /** Waits out what an earlier puller left in the air, then starts. */
  static async open(
    nc: NatsConnection,
    manager: JetStreamManager,
    consumer: { stream: string; durable: string; signal: AbortSignal },
  ): Promise<Puller> {
    let info = await manager.consumers.info(consumer.stream, consumer.durable);
    if (info.num_ack_pending > 0) {
      await pause((info.config.ack_wait ?? 0) / 1e6 + 250, consumer.signal);
      info = await manager.consumers.info(consumer.stream, consumer.durable);
    }
    return new Puller(nc, info);
  }

  /**
   * Hands batches to `work`, in order, and acknowledges what it took when it resolves. Ends when `stop` is aborted, after
   * the messages already in hand; rejects with what `work` throws, with {@link DeliveryGap}, or when `lost` ends it.
   */
  async run(work: Work, signals: { stop: AbortSignal; lost: AbortSignal }): Promise<void> {
    const subscription = this.nc.subscribe(this.inbox, {
      callback: (error, msg) => {
        if (error === null) this.receive(msg);
        else this.fail(error);
      },
    });
    const turn = { work, lost: signals.lost, ended: AbortSignal.any([signals.stop, signals.lost]) };
    try {
      await this.settle(turn.ended);
      while (!signals.stop.aborted) await this.turn({ ...turn, pulling: true });
      // what the broker has already sent is finished too, so that the next puller need not wait for it
      await subscription.drain();
      while (this.queue.length > 0) await this.turn({ ...turn, pulling: false });
      await this.nc.flush();
    } finally {
      if (!subscription.isClosed()) subscription.unsubscribe();
    }
  }

  private async turn({ work, lost, ended, pulling }: Turn): Promise<void> {
    this.check(lost);
    if (pulling) this.pull();
    if (this.queue.length === 0) {
      await this.arrived.wait(this.wanted > 0 ? PULL_EXPIRES_MS : REFUSED_PAUSE_MS, ended);
      return;
    }
    let batch: readonly Msg[] = [];
    const take = (): readonly Msg[] => {
      // deliveries may have been lost while the work waited: what came behind them must not be taken
      this.check(lost);
      return (batch = this.queue.splice(0, SHARE_EVENTS).map(({ msg }) => msg));
    };
    const keepAlive = setInterval(() => this.keep(batch), KEEP_ALIVE_MS);
    try {
      await work(take);
    } finally {
      clearInterval(keepAlive);
    }
    for (const msg of batch) msg.respond(ACK);
  }

  private check(lost: AbortSignal): void {
    lost.throwIfAborted();
    if (this.failure !== undefined) throw this.failure;
  }

  /** Collects all redeliveries before the first batch, and puts them into stream order. */
  private async settle(ended: AbortSignal): Promise<void> {
    const awaited = this.info.num_ack_pending;
    const until = Date.now() + SETTLE_MS;
    if (awaited === 0) return;
    this.pull();
    while (this.queue.length < awaited && Date.now() < until && !ended.aborted) {
      await this.arrived.wait(until - Date.now(), ended);
    }
    this.queue.sort((a, b) => a.streamSequence - b.streamSequence);
  }

  private pull(): void {
    const now = Date.now();
    const overdue = now - this.requestedAt > PULL_EXPIRES_MS + 1_000;
    if ((this.wanted > 0 && !overdue) || now < this.notBefore) return;
    this.wanted = BATCH_EVENTS;
    this.requestedAt = now;
    const request = { batch: BATCH_EVENTS, expires: PULL_EXPIRES_MS * 1e6 };
    const { stream_name: stream, name } = this.info;
    this.nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${name}`, JSON.stringify(request), {
      reply: this.inbox,
    });
  }

  private receive(msg: Msg): void {
    if (msg.subject === this.inbox) {
      // a status: the request expired, or could not be served; the next turn asks again
      this.wanted = 0;
      if (msg.headers?.code !== EXPIRED) this.notBefore = Date.now() + REFUSED_PAUSE_MS;
    } else {
      const [, , , , , streamSequence, consumerSequence] = (msg.reply ?? '').split('.');
      if (Number(consumerSequence) !== this.expected) this.fail(new DeliveryGap('deliveries were lost'));
      this.expected += 1;
      this.wanted -= 1;
      this.queue.push({ msg, streamSequence: Number(streamSequence) });
    }
    this.arrived.wake();
  }

  private fail(error: Error): void {
    this.failure ??= error;
    this.arrived.wake();
  }

  /** A slow batch must not be redelivered while it is being worked on, nor what waits behind it. */
  private keep(batch: readonly Msg[]): void {
    for (const msg of batch) msg.respond(IN_PROGRESS);
    for (const { msg } of this.queue) msg.respond(IN_PROGRESS);
  }
}
