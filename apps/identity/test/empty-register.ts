import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A national register that knows nobody, in the form of GAMSTOP's; the sandbox plays ones that do. */
export class EmptyRegister {
  private constructor(private readonly server: Server) {}

  static async open(): Promise<EmptyRegister> {
    const server = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(200, { 'x-exclusion': 'N' }).end());
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    return new EmptyRegister(server);
  }

  /** Value of NATIONAL_REGISTERS: it is the register of every market that has one. */
  get configuration(): string {
    const url = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    const names = ['GAMSTOP', 'OASIS', 'Spelpaus'];
    return JSON.stringify(Object.fromEntries(names.map((name) => [name, { url, apiKey: 'test' }])));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}
