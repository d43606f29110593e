import { randomBytes, randomUUID } from 'node:crypto';
import { dialects } from '../adapters/registry';
import { keptHeaders, keptQuery, shownBody } from './kept-call';

const keptOf = (provider: string) => dialects.find((dialect) => dialect.provider === provider)!.kept;

describe('what is kept of a call', () => {
  it.each([
    ['authToken=s3cret', ''],
    ['a=1&authToken=s3cret&b=2', 'a=1&b=2'],
    ['%61uthToken=s3cret&b=2', 'b=2'],
    ['authToken=one&authToken=two', ''],
    ['auth%ZZ=s3cret&b=2', 'b=2'],
    ['b=authToken', 'b=authToken'],
  ])('leaves the secret out of evolution’s query %s', (query, kept) => {
    expect(keptQuery(keptOf('evolution'), query)).toBe(kept);
  });

  it('keeps the query where it holds no secret', () => {
    expect(keptQuery(keptOf('swipegames'), 'sessionID=1&a=%20')).toBe('sessionID=1&a=%20');
  });

  it.each([
    '<reserve><accessToken>s3cret</accessToken><real>1</real></reserve>',
    '<reserve><accessToken><![CDATA[s3cret]]></accessToken><real>1</real></reserve>',
    '<reserve><x:accessToken a="1">s3cret</x:accessToken ><real>1</real></reserve>',
    '<reserve><accessToken>s3cret',
    '<reserve><accessToken <x>s3cret</accessToken>',
    '<reserve><accessToken>one</accessToken><accessToken>s3cret</accessToken></reserve>',
  ])('crosses the secret of playngo out of %s', (body) => {
    const shown = shownBody(keptOf('playngo'), Buffer.from(body)).toString();
    expect(shown).not.toContain('s3cret');
    expect(shown).toContain('<reserve>');
    expect(shown).toContain('[secret]');
  });

  it.each([
    ['open tags', '<accessToken'.repeat(5_461)],
    ['open elements', '<accessToken>'.repeat(5_041)],
    ['names', `<accessToken></${'a'.repeat(65_000)}`],
  ])('takes bounded time over 64 KiB of %s', (_what, body) => {
    const startedAt = process.cpuUsage();
    shownBody(keptOf('playngo'), Buffer.from(body));
    expect(process.cpuUsage(startedAt).user / 1_000).toBeLessThan(150);
  });

  it.each([
    [(token: string) => `{"token":"${token}","user":"p1"}`],
    [(token: string) => `{"\\u0074oken" : "${token}"`],
    [(token: string) => `action=win&session_id=${token}&player_id=p1`],
    [(token: string) => `<authenticate><username>${token}</username></authenticate>`],
  ])('shows no session that somebody could play with: %s', (write) => {
    const shown = (token: string) => shownBody(keptOf('hub88'), Buffer.from(write(token))).toString();
    const session = () => randomBytes(32).toString('base64url');
    for (let n = 0; n < 200; n++) expect(shown(session())).toBe(write('[session]'));
    expect(shown('0197-short')).toBe(write('0197-short'));
  });

  it('shows ids and digests as they are', () => {
    const body = Buffer.from(`${randomUUID()} ${'0f'.repeat(32)} ${'a'.repeat(42)} ${'a'.repeat(44)}`);
    for (const { kept } of dialects) expect(shownBody(kept, body)).toEqual(body);
  });

  it('shows other bodies byte for byte', () => {
    const body = Buffer.from([0, 255, 128, 65]);
    for (const { kept } of dialects) expect(shownBody(kept, body)).toEqual(body);
  });

  it('keeps the headers that are signed, and no other', () => {
    const headers = [
      { name: 'X-Request-Sign', value: 'a' },
      { name: 'Authorization', value: 'b' },
      { name: 'cookie', value: 'c' },
    ];
    expect(keptHeaders(keptOf('softswiss'), headers)).toEqual([headers[0]]);
    expect(keptHeaders(keptOf('playngo'), headers)).toEqual([]);
  });
});
