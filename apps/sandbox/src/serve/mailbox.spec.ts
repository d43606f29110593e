import fastify from 'fastify';
import { SandboxMailbox } from './mailbox';

const headers = { 'x-postmark-server-token': 'token' };
const mail = { From: 'casino@example.com', To: 'ada@example.com', Subject: 'Hello', TextBody: 'text' };

describe('the mailbox', () => {
  const app = fastify();
  new SandboxMailbox('token').serve(app);
  afterAll(() => app.close());
  const post = (payload: object, sent: Record<string, string> = headers) =>
    app.inject({ method: 'POST', url: '/email', payload, headers: sent });

  it('takes a mail once per id and shows it to who has the token', async () => {
    for (const id of ['1', '1', '2']) {
      const answer = await post({ ...mail, Metadata: { id } });
      expect([answer.statusCode, answer.json<{ ErrorCode: number }>().ErrorCode]).toEqual([200, 0]);
    }
    const shown = await app.inject({ url: '/mails?to=ada@example.com', headers });
    expect(shown.json<{ items: object[] }>().items).toMatchObject([{ ...mail, Metadata: { id: '2' } }, mail]);
    const others = await app.inject({ url: '/mails?to=eve@example.com', headers });
    expect(others.json()).toEqual({ items: [] });
  });

  it('turns away others and what is no mail', async () => {
    expect((await post(mail, {})).statusCode).toBe(401);
    expect((await post(mail, { 'x-postmark-server-token': 'tokem' })).statusCode).toBe(401);
    expect((await app.inject({ url: '/mails' })).statusCode).toBe(401);
    expect((await post({ ...mail, To: undefined })).statusCode).toBe(422);
    const closed = fastify();
    new SandboxMailbox(undefined).serve(closed);
    expect(
      (await closed.inject({ url: '/mails', headers: { 'x-postmark-server-token': '' } })).statusCode,
    ).toBe(401);
  });
});
