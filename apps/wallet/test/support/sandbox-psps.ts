import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startProcess, type RunningProcess } from '@baize/testing';
import { pspDialects } from '../../src/adapters/registry';
import type { PspAdapter, PspNotification } from '../../src/domain/psp';
import { merchantPair, pspCredentials, trustlyPair, type PspName } from './psp-webhooks';

export const pspNames = ['stripe', 'adyen', 'trustly'] as const;

/** The sandbox as a process, playing the PSPs, and a merchant that hears their webhooks with our adapters. */
export class SandboxPsps {
  readonly heard: (PspNotification & { psp: PspName })[] = [];
  readonly outcomes: string[] = [];

  private constructor(
    private readonly folder: string,
    private readonly sandbox: RunningProcess,
    private readonly merchant: Server,
    readonly url: string,
    readonly adapters: Readonly<Record<PspName, PspAdapter>>,
  ) {}

  static async start(): Promise<SandboxPsps> {
    const folder = mkdtempSync(join(tmpdir(), 'baize-psps-'));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const running: { psps?: SandboxPsps } = {};
    const merchant = createServer((incoming, outgoing) => {
      void running.psps?.hear(incoming).then(({ status, contentType, body }) => {
        outgoing.writeHead(status, { 'content-type': contentType }).end(body);
      });
    });
    await new Promise<void>((resolve) => merchant.listen(0, '127.0.0.1', resolve));
    const callbacks = `http://127.0.0.1:${(merchant.address() as AddressInfo).port}`;
    const sides = {
      stripe: { ...pspCredentials.stripe },
      adyen: { ...pspCredentials.adyen },
      trustly: {
        ...pspCredentials.trustly,
        TEST_ONLY_privateKeyPem: trustlyPair.privateKeyPem,
        merchantPublicKeyPem: merchantPair.publicKeyPem,
      },
    };
    const config = {
      gatewayUrl: callbacks,
      psps: Object.fromEntries(
        pspNames.map((psp) => [psp, { callbackUrl: `${callbacks}/${psp}`, credentials: sides[psp] }]),
      ),
    };
    writeFileSync(join(folder, 'sandbox.json'), JSON.stringify(config));
    const sandbox = await startProcess({
      args: ['apps/sandbox/dist/main.js'],
      env: {
        HTTP_PORT: String(await freePort()),
        SANDBOX_PORT: String(port),
        SANDBOX_CONFIG: join(folder, 'sandbox.json'),
      },
      ready: async () => (await fetch(`${url}/psps/webhooks`)).ok,
    });
    const paths = { stripe: '', adyen: '/adyen', trustly: '/trustly/api/1' };
    const adapters = Object.fromEntries(
      pspDialects.map((dialect) => {
        const psp = dialect.name as PspName;
        const settings = {
          brand: 'demo',
          baseUrl: `${url}${paths[psp]}`,
          callbackUrl: `${callbacks}/${psp}`,
        };
        return [psp, dialect.connect({ ...settings, credentials: pspCredentials[psp] })];
      }),
    ) as Record<PspName, PspAdapter>;
    running.psps = new SandboxPsps(folder, sandbox, merchant, url, adapters);
    return running.psps;
  }

  async stop(): Promise<void> {
    await this.sandbox.stop();
    this.merchant.closeAllConnections();
    await new Promise((resolve) => this.merchant.close(resolve));
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Presses a button of the hosted page. */
  async decide(redirectUrl: string, action: 'approve' | 'decline' | 'timeout'): Promise<string> {
    const answer = await fetch(redirectUrl, { method: 'POST', body: new URLSearchParams({ action }) });
    return answer.text();
  }

  async plan(faults: Record<string, number>): Promise<void> {
    const settings = { faults, seed: 'e2e', minuteMs: 20 };
    const answer = await fetch(`${this.url}/psps/settings`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(settings),
    });
    if (!answer.ok) throw new Error(await answer.text());
  }

  /** What was heard of a payment, in the order in which it came. */
  of(paymentId: string): PspNotification[] {
    return this.heard.filter((one) => one.paymentId === paymentId);
  }

  private async hear(incoming: IncomingMessage) {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const psp = (incoming.url ?? '').slice(1) as PspName;
    const adapter = this.adapters[psp];
    const webhook = {
      headers: incoming.headers as Record<string, string>,
      query: '',
      rawBody: Buffer.concat(chunks),
      nowMs: Date.now(),
    };
    const reading = adapter.readWebhook(webhook);
    this.outcomes.push(`${psp} ${reading.status}`);
    if (reading.status !== 'ok') return adapter.webhookAnswer(reading.status, webhook);
    this.heard.push(...reading.notifications.map((one) => ({ ...one, psp })));
    return adapter.webhookAnswer('accepted', webhook);
  }
}
