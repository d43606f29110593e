import fastify from 'fastify';
import { SandboxRegisters } from './registers';

describe('the national registers of the sandbox', () => {
  const app = fastify();
  beforeAll(() => new SandboxRegisters({ GAMSTOP: { apiKey: 'key' } }).serve(app));
  afterAll(() => app.close());

  const person = { firstName: 'Zoë', lastName: 'Müller', dateOfBirth: '1988-02-29' };
  const contacts = { email: 'zoe@example.com', postcode: 'SW1A 1AA' };
  const ask = async (changes: object = {}, key = 'key') => {
    const answer = await app.inject({
      ...{ method: 'POST', url: '/registers/GAMSTOP/v2' },
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-api-key': key },
      payload: new URLSearchParams({ ...person, ...contacts, ...changes }).toString(),
    });
    return answer.statusCode === 200 ? answer.headers['x-exclusion'] : answer.statusCode;
  };
  const control = async (payload: object, register = 'GAMSTOP') =>
    (await app.inject({ method: 'POST', url: `/control/registers/${register}`, payload })).statusCode;

  it('knows who is excluded, and who has ended it', async () => {
    expect(await ask()).toBe('N');
    expect(await control({ person, state: 'excluded' })).toBe(204);
    expect(await ask({ firstName: 'ZOE', lastName: 'Muller' })).toBe('Y');
    expect(await ask({ dateOfBirth: '1988-03-01' })).toBe('N');
    expect(await control({ person: { ...person, ...contacts }, state: 'removed' })).toBe(204);
    expect(await ask({ email: 'other@example.com' })).toBe('P');
    expect(await ask({ email: 'other@example.com', postcode: 'E1' })).toBe('N');
    expect(await control({ person, state: 'unknown' })).toBe(204);
    expect(await ask()).toBe('N');
  });

  it('checks the key and what it is asked with', async () => {
    expect(await ask({}, 'other')).toBe(403);
    expect(await ask({ postcode: '' })).toBe(400);
    expect(await ask({ dateOfBirth: '29.2.1988' })).toBe(400);
  });

  it('fails as often as it is told to', async () => {
    expect(await control({ fault: 'error', times: 2 })).toBe(204);
    expect([await ask(), await ask(), await ask()]).toEqual([503, 503, 'N']);
    expect(await control({ fault: 'garbage' })).toBe(204);
    expect([await ask(), await ask()]).toEqual(['maybe', 'N']);
  });

  it('says when it does not understand', async () => {
    expect(await control({ fault: 'earthquake' })).toBe(422);
    expect(await control({ fault: 'error', times: -1 })).toBe(422);
    expect(await control({ person, state: 'perhaps' })).toBe(422);
    expect(await control({ fault: 'none' }, 'ROFUS')).toBe(422);
  });
});
