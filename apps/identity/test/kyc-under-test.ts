import { createHmac, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  identityQueries,
  kycCommands,
  kycQueries,
  paymentCommands,
  type CallbackAnswer,
  type KycCheckDto,
  type KycCheckForm,
  type KycDto,
  type Result,
  type SetHold,
} from '@baize/contracts';
import { loadConfig, type RunningService } from '@baize/runtime';
import { waitFor } from '@baize/testing';
import { IdentityConfig } from '../src/config';
import { startIdentity } from '../src/service';
import { quietLog, Surroundings, valueOf } from './identity-fixture';

const secret = 'webhooks';

/** An identity service with a KYC vendor and the wallet's holds around it. */
export class KycUnderTest {
  /** What the vendor does: answers, hangs up after it made the applicant, or is away. */
  mode: 'answers' | 'loses the answer' | 'is away' = 'answers';
  readonly applicants = new Map<string, string>();
  readonly holds: SetHold[] = [];

  private constructor(
    readonly around: Surroundings,
    private readonly vendor: Server,
    private identity?: RunningService,
  ) {}

  static async start(): Promise<KycUnderTest> {
    const vendor = createServer();
    const kyc = new KycUnderTest(await Surroundings.start(), vendor);
    vendor.on('request', kyc.answer);
    await new Promise<void>((resolve) => vendor.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(vendor.address() as AddressInfo).port}`;
    kyc.around.broker.subscribe(paymentCommands.setHold.subject, {
      queue: 'wallet',
      callback: (_error, msg) => {
        kyc.holds.push(msg.json<SetHold>());
        msg.respond(Buffer.from('{"ok":true,"value":{}}'));
      },
    });
    const vendors = { demo: { sumsub: { baseUrl, appToken: 'token', secretKey: 'key', secret } } };
    const environment = kyc.around.environment({ KYC_VENDORS: JSON.stringify(vendors) });
    kyc.identity = await startIdentity(loadConfig(IdentityConfig, environment), quietLog());
    return kyc;
  }

  async stop(): Promise<void> {
    await this.identity?.stop();
    await this.around.stop();
    this.vendor.closeAllConnections();
    await new Promise((resolve) => this.vendor.close(resolve));
  }

  async of(playerId: string): Promise<KycDto> {
    return valueOf(await this.around.client.call(kycQueries.getKyc, { playerId, brand: 'demo' }));
  }

  order(
    playerId: string,
    kind: KycCheckForm['kind'],
    key: string = randomUUID(),
  ): Promise<Result<KycCheckDto>> {
    return this.around.client.call(kycCommands.orderKycCheck, {
      ...{ playerId, brand: 'demo', kind, actor: { kind: 'client', id: 'client:operator' } },
      idempotency: { key, caller: 'client:operator', bodySha256: kind.padEnd(64, '0') },
    });
  }

  /** Orders a check and lets the vendor approve it. */
  async pass(playerId: string, kind: KycCheckForm['kind']): Promise<void> {
    valueOf(await this.webhook(valueOf(await this.order(playerId, kind)).id, 'GREEN'));
  }

  webhook(
    subject: string,
    answer: 'GREEN' | 'RED' | 'pending',
    options: { at?: Date; by?: string; alg?: string } = {},
  ): Promise<Result<CallbackAnswer>> {
    const { at = new Date(), by = secret, alg = 'HMAC_SHA256_HEX' } = options;
    const body = JSON.stringify({
      ...{ applicantId: this.applicants.get(subject) ?? 'made-by-hand', externalUserId: subject },
      type: answer === 'pending' ? 'applicantPending' : 'applicantReviewed',
      ...(answer !== 'pending' && { reviewStatus: 'completed', reviewResult: { reviewAnswer: answer } }),
      createdAtMs: at.toISOString().replace('T', ' ').replace('Z', ''),
    });
    const hash = alg === 'HMAC_SHA1_HEX' ? 'sha1' : 'sha256';
    const headers = [
      { name: 'X-Payload-Digest-Alg', value: alg },
      { name: 'X-Payload-Digest', value: createHmac(hash, by).update(body).digest('hex') },
    ];
    return this.around.client.call(kycCommands.handleKycCallback, {
      ...{ brand: 'demo', vendor: 'sumsub', headers },
      bodyBase64: Buffer.from(body).toString('base64'),
      receivedAt: new Date().toISOString(),
    });
  }

  lastHold(playerId: string): SetHold | undefined {
    return this.holds.filter((hold) => hold.playerId === playerId).at(-1);
  }

  heldIs(playerId: string, held: boolean): Promise<boolean> {
    return waitFor(() => this.lastHold(playerId)?.held === held);
  }

  async eligibility(playerId: string, action: 'deposit' | 'launch' | 'withdraw') {
    const asked = { playerId, brand: 'demo', action };
    return valueOf(await this.around.client.call(identityQueries.checkEligibility, asked));
  }

  private readonly answer = (request: IncomingMessage, response: ServerResponse): void => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const answer = (status: number, json: object) => response.writeHead(status).end(JSON.stringify(json));
      const asked = /externalUserId=([^/]+)\/one/.exec(request.url ?? '')?.[1];
      if (this.mode === 'is away') return answer(503, {});
      if (asked !== undefined) {
        const id = this.applicants.get(asked);
        return id ? answer(200, { id, review: { reviewStatus: 'pending' } }) : answer(404, {});
      }
      const { externalUserId } = JSON.parse(body) as { externalUserId: string };
      if (this.applicants.has(externalUserId)) return answer(409, {});
      this.applicants.set(externalUserId, `applicant-${this.applicants.size}`);
      if (this.mode === 'loses the answer') return request.destroy();
      return answer(201, { id: this.applicants.get(externalUserId) });
    });
  };
}
