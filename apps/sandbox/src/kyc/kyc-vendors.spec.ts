import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import { SandboxKyc } from './kyc-vendors';

const hmac = (key: string, data: string) => createHmac('sha256', key).update(data).digest('hex');

describe('the KYC vendors of the sandbox', () => {
  const app = fastify();
  const heard: { headers: IncomingHttpHeaders; body: string }[] = [];
  let platform: Server;
  beforeAll(async () => {
    platform = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        heard.push({ headers: request.headers, body });
        response.end('{}');
      });
    });
    await new Promise<void>((resolve) => platform.listen(0, '127.0.0.1', resolve));
    const callbackUrl = `http://127.0.0.1:${(platform.address() as AddressInfo).port}/callbacks`;
    const accesses = {
      sumsub: { callbackUrl, credentials: { appToken: 'token', secretKey: 'key', secret: 'hooks' } },
      veriff: { callbackUrl, credentials: { apiKey: 'api', sharedSecret: 'shared' } },
    };
    new SandboxKyc(accesses, () => 'http://sandbox').serve(app);
  });
  afterAll(async () => {
    await app.close();
    platform.closeAllConnections();
    await new Promise((resolve) => platform.close(resolve));
  });
  beforeEach(() => heard.splice(0));

  const decide = (vendor: string, form: object) =>
    app.inject({ method: 'POST', url: `/kyc/${vendor}/decisions`, payload: form });

  it('sumsub: makes an applicant once, and signs what it says of it', async () => {
    const path = '/resources/applicants?levelName=basic-kyc-level';
    const payload = '{"externalUserId":"check-1"}';
    const call = (signature: string) =>
      app.inject({
        ...{ method: 'POST', url: `/kyc/sumsub${path}`, payload },
        headers: {
          'content-type': 'application/json',
          ...{ 'x-app-token': 'token', 'x-app-access-ts': '1', 'x-app-access-sig': signature },
        },
      });
    expect((await call('wrong')).statusCode).toBe(401);
    const signature = hmac('key', `1POST${path}${payload}`);
    expect((await call(signature)).statusCode).toBe(201);
    expect((await call(signature)).statusCode).toBe(409);

    const decided = await decide('sumsub', {
      subject: 'check-1',
      answer: 'approve',
      faults: ['duplicate', 'forged', 'pending-last'],
    });
    expect(decided.json()).toEqual({ statuses: [200, 200, 200, 200] });
    const digestIsRight = heard.map(
      ({ headers, body }) => headers['x-payload-digest'] === hmac('hooks', body),
    );
    expect(digestIsRight).toEqual([false, true, true, true]);
    expect(heard[1]?.body).toBe(heard[2]?.body);
    expect(JSON.parse(heard[1]?.body ?? '')).toMatchObject({ reviewResult: { reviewAnswer: 'GREEN' } });
    expect(JSON.parse(heard[3]?.body ?? '')).toMatchObject({ type: 'applicantPending' });
  });

  it('veriff: opens a session, decides, and answers for it', async () => {
    const payload = '{"verification":{"vendorData":"check-2"}}';
    const headers = { 'content-type': 'application/json', 'x-auth-client': 'api' };
    const opened = await app.inject({
      ...{ method: 'POST', url: '/kyc/veriff/v1/sessions', payload },
      headers: { ...headers, 'x-hmac-signature': hmac('shared', payload) },
    });
    expect(opened.statusCode).toBe(201);
    const { id } = opened.json<{ verification: { id: string } }>().verification;
    expect(
      (await decide('veriff', { subject: 'check-2', answer: 'decline', faults: ['drop'] })).json(),
    ).toEqual({ statuses: [] });
    expect(heard).toEqual([]);
    const asked = await app.inject({
      ...{ method: 'GET', url: `/kyc/veriff/v1/sessions/${id}/decision` },
      headers: { ...headers, 'x-hmac-signature': hmac('shared', id) },
    });
    expect(asked.json()).toMatchObject({
      verification: { id, code: 9102, status: 'declined', vendorData: 'check-2' },
    });
    expect((await decide('veriff', { subject: 'nobody', answer: 'approve' })).statusCode).toBe(404);
  });
});
