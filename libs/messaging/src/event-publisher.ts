import type { Msg, NatsConnection } from 'nats';
import { outgoingOf, type Outgoing } from './outgoing';
import { ReplyInbox } from './reply-inbox';
import { rawHeaders, textOf } from './wire';

const PUBLISH_TIMEOUT_MS = 5_000;

/** An event without an acknowledgement: the broker may have it or not. Publishing it again is safe. */
class NotAcknowledged extends Error {
  constructor(reason: string) {
    super(`the broker did not acknowledge: ${reason}`);
    this.name = 'NotAcknowledged';
  }
}

/**
 * Publishes to one stream and waits for its acknowledgements. The nats client's own publishing makes a promise race,
 * a timer and an error with its stack for each event, and writes to the socket for each.
 */
export class EventPublisher {
  private readonly outgoing: Outgoing;
  private readonly replies: ReplyInbox;

  constructor(
    nc: NatsConnection,
    private readonly stream: string,
  ) {
    this.outgoing = outgoingOf(nc);
    this.replies = new ReplyInbox(nc);
  }

  /**
   * Resolves once the stream has stored the event, or had it already under this id.
   * @throws NotAcknowledged after 5 s, when the stream refused it, or when the connection is closed
   */
  publish(subject: string, data: Uint8Array, id: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const reply = this.replies.expect({
        deadline: Date.now() + PUBLISH_TIMEOUT_MS,
        receive: (msg) => {
          const refused = refusalIn(msg);
          if (refused === undefined) resolve();
          else reject(new NotAcknowledged(refused));
        },
        expire: () => reject(new NotAcknowledged('timeout')),
      });
      const headers = rawHeaders({ 'Nats-Msg-Id': id, 'Nats-Expected-Stream': this.stream });
      this.outgoing.publish(subject, data, { reply, headers }, (error) => {
        this.replies.take(reply);
        reject(new NotAcknowledged(error instanceof Error ? error.message : 'unreachable'));
      });
    });
  }

  close(): void {
    this.replies.close();
  }
}

/** Why a reply is no acknowledgement. */
function refusalIn(msg: Msg): string | undefined {
  if (msg.headers?.code === 503) return 'nobody stores this subject';
  try {
    const ack = JSON.parse(textOf(msg.data)) as { stream?: string; error?: { description?: string } };
    if (ack.error !== undefined) return ack.error.description ?? 'refused';
    return ack.stream === undefined ? 'no acknowledgement' : undefined;
  } catch {
    return 'unreadable';
  }
}
