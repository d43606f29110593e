import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface AccountPage {
  items: { kind: string; sequence: number; amount: number }[];
  nextCursor: string | null;
}

/** Stands before the gateway, passes everything on and changes the pages of accounts. */
export class TamperingProxy {
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(
    gatewayUrl: string,
    tamper: (page: AccountPage) => AccountPage,
  ): Promise<TamperingProxy> {
    const server = createServer((incoming, outgoing) => {
      void pass(gatewayUrl, incoming, outgoing, tamper);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new TamperingProxy(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

async function pass(
  gatewayUrl: string,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  tamper: (page: AccountPage) => AccountPage,
): Promise<void> {
  try {
    const body = await textOf(incoming);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const { method, headers } = incoming;
      const passed = request(new URL(incoming.url ?? '/', gatewayUrl), { method, headers }, resolve);
      passed.on('error', reject);
      passed.end(body);
    });
    const text = await textOf(answer);
    const { 'content-length': _length, 'transfer-encoding': _encoding, ...headers } = answer.headers;
    outgoing.writeHead(answer.statusCode ?? 502, headers);
    const isAccount = incoming.url?.includes('/transactions') && answer.statusCode === 200;
    outgoing.end(isAccount ? JSON.stringify(tamper(JSON.parse(text) as AccountPage)) : text);
  } catch {
    outgoing.destroy(); // the other side sees a broken connection, as it would without the proxy
  }
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
