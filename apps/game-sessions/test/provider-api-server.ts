import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that a provider's API has seen. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}
/** `silence`: the connection breaks; `hanging`: nothing ever comes. */
export type Reply = { readonly status?: number; readonly body: unknown } | 'silence' | 'hanging';

/** A provider's own API: answers what the test tells it to, and remembers what it was asked. */
export interface ProviderApiServer {
  readonly url: string;
  readonly seen: SeenRequest[];
  answer(reply: (request: SeenRequest) => Reply): void;
  stop(): Promise<void>;
}

export async function startProviderApi(): Promise<ProviderApiServer> {
  const seen: SeenRequest[] = [];
  let answer: (request: SeenRequest) => Reply = () => ({ status: 500, body: {} });
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const asked = { method: request.method ?? '', path: request.url ?? '', body };
      seen.push(asked);
      const reply = answer(asked);
      if (reply === 'hanging') return undefined;
      if (reply === 'silence') return response.socket?.destroy();
      const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
      return response.writeHead(reply.status ?? 200).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    answer(reply) {
      answer = reply;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
