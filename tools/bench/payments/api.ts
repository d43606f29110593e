import { Agent, request } from 'undici';

/** The public API as an operator calls it; connections are kept, time-outs are bounded. */
export class Api {
  private readonly agent = new Agent({ connections: 64, headersTimeout: 60_000, bodyTimeout: 60_000 });
  private token = '';

  private constructor(private readonly gatewayUrl: string) {}

  static async open(
    gatewayUrl: string,
    client: { readonly clientId: string; readonly clientSecret: string },
  ): Promise<Api> {
    const api = new Api(gatewayUrl);
    const { clientId: client_id, clientSecret: client_secret } = client;
    const form = new URLSearchParams({ grant_type: 'client_credentials', client_id, client_secret });
    const answer = await api.send('POST', '/oauth/token', form.toString(), {
      'content-type': 'application/x-www-form-urlencoded',
    });
    if (answer.status !== 200) throw new Error(`no token: HTTP ${answer.status} ${answer.body}`);
    api.token = (JSON.parse(answer.body) as { access_token: string }).access_token;
    return api;
  }

  async get<T>(path: string): Promise<T> {
    const { status, body } = await this.send('GET', path);
    if (status !== 200) throw new Error(`GET ${path}: HTTP ${status} ${body}`);
    return JSON.parse(body) as T;
  }

  async send(
    method: 'GET' | 'POST',
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: string }> {
    const answer = await request(`${this.gatewayUrl}${path}`, {
      method,
      body: body ?? null,
      headers: { ...headers, ...(this.token && { authorization: `Bearer ${this.token}` }) },
      dispatcher: this.agent,
    });
    return { status: answer.statusCode, body: await answer.body.text() };
  }

  /** Reads an answer without keeping it; `onBytes` hears of every piece. */
  async drain(path: string, onBytes: (bytes: number) => void): Promise<number> {
    const answer = await request(`${this.gatewayUrl}${path}`, {
      headers: { authorization: `Bearer ${this.token}` },
      dispatcher: this.agent,
      headersTimeout: 60_000,
    });
    let lines = 0;
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      onBytes(chunk.length);
      for (const byte of chunk) if (byte === 10) lines += 1;
    }
    return lines;
  }

  close(): Promise<void> {
    return this.agent.close();
  }
}
