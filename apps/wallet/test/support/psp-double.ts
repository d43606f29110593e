import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PaymentKind, PspStatus } from '../../src/domain/psp';

/** What the PSP has in its own books. */
export interface Booked {
  readonly id: string;
  readonly reference: string;
  readonly kind: PaymentKind;
  readonly amount: number;
  readonly currency: string;
  status: PspStatus;
  reversed: number;
}

/**
 * How it answers a start: `lost`: it takes the payment and the answer is lost; `deaf`: it never hears of it; `slow`:
 * like `lost`, but the connection stays open.
 */
export type Manner = 'accept' | 'refuse' | 'lost' | 'deaf' | 'slow' | 'error';

/** A PSP of the tests: an outside party with books of its own, on real HTTP. */
export class PspDouble {
  readonly books = new Map<string, Booked>();
  readonly secret = 'double-secret';
  /** Of starts, in order; then `accept`. */
  readonly manners: Manner[] = [];
  /** Starts that reached it. */
  starts = 0;
  queries = 0;
  manner: Manner = 'accept';
  isSilent = false;
  private lastPort = 0;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  static async start(): Promise<PspDouble> {
    const double = new PspDouble();
    await double.listen(0);
    return double;
  }

  private listen(port: number): Promise<void> {
    return new Promise((resolve) => this.server.listen(port, '127.0.0.1', resolve));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Its process dies; what is in its books stays. */
  async die(): Promise<void> {
    this.lastPort = this.port;
    await this.stop();
  }

  revive(): Promise<void> {
    return this.listen(this.lastPort);
  }

  booked(id: string): Booked {
    const booked = this.books.get(id);
    if (!booked) throw new Error(`the PSP has no payment ${id}`);
    return booked;
  }

  /** Changes its books. */
  settle(id: string, status: PspStatus, reversed = this.booked(id).amount): Booked {
    const booked = this.booked(id);
    booked.status = status;
    if (status === 'reversed') booked.reversed += reversed;
    return booked;
  }

  /** A signed webhook about a payment. */
  webhook(
    id: string,
    status: PspStatus,
    fields: Record<string, unknown> = {},
    secret = this.secret,
  ): { headers: { name: string; value: string }[]; bodyBase64: string } {
    const booked = this.books.get(id);
    const body = Buffer.from(
      JSON.stringify({
        ...{
          notificationId: randomUUID(),
          paymentId: id,
          pspReference: booked?.reference,
          kind: booked?.kind,
        },
        ...{
          status,
          amount: booked?.amount,
          currency: booked?.currency,
          occurredAt: new Date().toISOString(),
        },
        ...fields,
      }),
    );
    const value = createHmac('sha256', secret).update(body).digest('hex');
    return { headers: [{ name: 'X-Signature', value }], bodyBase64: body.toString('base64') };
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (this.isSilent) {
      response.destroy();
      return;
    }
    const [, what, id = ''] = (request.url ?? '').split('/');
    if (request.method === 'GET') {
      this.queries += 1;
      const booked = this.books.get(id);
      respond(response, booked ? 200 : 404, booked ?? {});
      return;
    }
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Omit<
      Booked,
      'reference' | 'kind' | 'status'
    >;
    this.take(response, { ...body, kind: what === 'deposits' ? 'deposit' : 'withdrawal' });
  }

  private take(response: ServerResponse, asked: Pick<Booked, 'id' | 'kind' | 'amount' | 'currency'>): void {
    const manner = this.manners.shift() ?? this.manner;
    if (manner === 'deaf') {
      response.destroy();
      return;
    }
    this.starts += 1;
    if (manner === 'error') {
      respond(response, 500, {});
      return;
    }
    const known = this.books.get(asked.id);
    if (manner === 'refuse' && !known) {
      respond(response, 422, { code: 'card_declined' });
      return;
    }
    const booked: Booked = known ?? {
      ...asked,
      reference: `ref-${randomUUID()}`,
      status: 'pending',
      reversed: 0,
    };
    this.books.set(asked.id, booked);
    if (manner === 'slow') return;
    if (manner === 'lost') response.destroy();
    else
      respond(response, 200, {
        reference: booked.reference,
        redirectUrl: `https://pay.example/${booked.reference}`,
      });
  }
}

function respond(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
