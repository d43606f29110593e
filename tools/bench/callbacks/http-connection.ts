import { connect, type Socket } from 'node:net';

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/**
 * One HTTP/1.1 keep-alive connection with one call at a time. Written on the bare socket because the generator
 * shares the machine with what it measures: a whole HTTP client would take a good part of the processors.
 */
export class HttpConnection {
  private socket: Socket | undefined;
  private received = '';
  private waiting: { resolve: (answer: HttpAnswer) => void; reject: (error: Error) => void } | undefined;
  private readonly host: string;
  private readonly port: number;
  private readonly base: string;

  /** @param base what the paths of calls follow */
  constructor(base: string) {
    const { hostname, port, pathname } = new URL(base);
    this.host = hostname;
    this.port = Number(port || 80);
    this.base = pathname.replace(/\/$/, '');
  }

  /** @throws Error when the connection breaks or the answer is not understood; the next call connects again */
  async post(path: string, body: string, headers: string): Promise<HttpAnswer> {
    const socket = (this.socket ??= await this.open());
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      socket.write(
        `POST ${this.base}${path} HTTP/1.1\r\nHost: ${this.host}:${this.port}\r\n` +
          `Content-Length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`,
      );
    });
  }

  close(): void {
    this.socket?.destroy();
    this.socket = undefined;
  }

  private open(): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const socket = connect({ host: this.host, port: this.port, noDelay: true });
      // Answers are ASCII: ids, numbers and English words.
      socket.setEncoding('latin1');
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(socket);
      });
      socket.once('error', reject);
      socket.on('data', (text: string) => {
        this.receive(text);
      });
      socket.on('error', (error) => {
        this.fail(error);
      });
      socket.on('close', () => {
        this.fail(new Error('the connection was closed'));
      });
    });
  }

  private receive(text: string): void {
    this.received += text;
    const headEnd = this.received.indexOf('\r\n\r\n');
    if (headEnd < 0) return;
    const head = this.received.slice(0, headEnd);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    if (length === undefined) {
      this.fail(new Error('an answer without Content-Length'));
      return;
    }
    const end = headEnd + 4 + Number(length);
    if (this.received.length < end) return;
    const body = this.received.slice(headEnd + 4, end);
    this.received = this.received.slice(end);
    const { waiting } = this;
    this.waiting = undefined;
    if (/\r\nconnection: *close/i.test(head)) this.close();
    waiting?.resolve({ status: Number(head.slice(9, 12)), body });
  }

  private fail(error: Error): void {
    const { waiting } = this;
    this.waiting = undefined;
    this.received = '';
    this.close();
    waiting?.reject(error);
  }
}
