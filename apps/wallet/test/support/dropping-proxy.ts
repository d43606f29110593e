import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A TCP proxy in front of PostgreSQL that can lose answers: the server has committed, the client never hears it. */
export class DroppingProxy {
  dropped = 0;
  private toDrop = 0;

  private constructor(
    private readonly server: Server,
    private readonly sockets: Set<Socket>,
  ) {}

  static async start(databaseUrl: string): Promise<{ proxy: DroppingProxy; url: string }> {
    const target = new URL(databaseUrl);
    const sockets = new Set<Socket>();
    const server = createServer();
    const proxy = new DroppingProxy(server, sockets);
    server.on('connection', (client) => proxy.forward(client, target));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = new URL(databaseUrl);
    url.port = String((server.address() as AddressInfo).port);
    return { proxy, url: url.href };
  }

  /** The next so many answers of the posting function are lost together with their connections. */
  dropAnswers(count: number): void {
    this.toDrop = count;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private forward(client: Socket, target: URL): void {
    const upstream = connect(Number(target.port), target.hostname);
    let posting = false;
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
    }
    client.on('data', (data) => {
      posting ||= data.includes('post_batch_v2') || data.includes('post-batch-v2');
      upstream.write(data);
    });
    upstream.on('data', (data) => {
      if (posting && this.toDrop > 0) {
        this.toDrop -= 1;
        this.dropped += 1;
        client.destroy();
        upstream.destroy();
        return;
      }
      posting = false;
      client.write(data);
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  }
}
