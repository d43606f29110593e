import type { FastifyInstance } from 'fastify';
import { evolutionToken, softswissSecret } from '../../test/fake-callbacks';
import { FakePlatform } from '../../test/fake-platform';
import { FakeWallet } from '../../test/fake-wallet';
import { dialects } from '../dialects/registry';
import { HttpClient } from '../platform/http-client';
import { ProviderLine } from '../play/provider-line';
import { createPages } from './pages';
import { SlotSessions } from './slot-sessions';

const credentials = { softswiss: { secret: softswissSecret }, evolution: { authToken: evolutionToken } };
/** The languages that the fake platform understands: one without a hand-shake and one with. */
const spoken = ['softswiss', 'evolution'] as const;
let platform: FakePlatform;
let http: HttpClient;
let pages: FastifyInstance;
let wallet: FakeWallet;

beforeEach(async () => {
  platform = await FakePlatform.start({}, () => 1);
  wallet = new FakeWallet();
  wallet.adjust(1_000n);
  platform.wallets.set('p1', wallet);
  http = new HttpClient(platform.url, 2);
  const line = (name: (typeof spoken)[number]): ProviderLine =>
    new ProviderLine(
      dialects[name](credentials[name]),
      `${platform.url}/callbacks/games/demo/${name}`,
      http,
      {
        call: () => undefined,
      },
    );
  pages = createPages(new SlotSessions(new Map(spoken.map((name) => [name, line(name)]))));
});
afterEach(async () => {
  await pages.close();
  await http.close();
  await platform.stop();
});

async function open(provider: string, more = ''): Promise<string> {
  const url = `/launch/${provider}?token=t1&game=fake:game&player=p1&currency=EUR&locale=en${more}`;
  const { body, statusCode } = await pages.inject(url);
  expect(statusCode).toBe(200);
  return /"sessionId":"([^"]+)"/.exec(body)?.[1] ?? '';
}
const spin = (id: string, stake: unknown) =>
  pages.inject({
    method: 'POST',
    url: '/session/spins',
    headers: { 'x-sandbox-session': id },
    payload: { stake },
  });

it.each(spoken)('plays a round of %s on the platform and shows its balance', async (provider) => {
  const id = await open(provider);
  const { statusCode, body } = await spin(id, 100);
  expect(statusCode).toBe(200);
  const answer = JSON.parse(body) as { reels: string[]; win: string; balance: string };
  expect(answer.reels).toHaveLength(3);
  expect(wallet.lines.map(({ kind }) => kind)).toEqual(['adjustment', 'bet', 'win']);
  expect(Math.round(Number(answer.balance) * 100)).toBe(900 + Math.round(Number(answer.win) * 100));
  const balance = await pages.inject({ url: '/session/balance', headers: { 'x-sandbox-session': id } });
  expect(JSON.parse(balance.body)).toEqual({ balance: answer.balance });
});

it.each(spoken)('says that the money is not enough: %s', async (provider) => {
  const { statusCode, body } = await spin(await open(provider), 5_000);
  expect(statusCode).toBe(409);
  expect(body).toContain('Your balance is too low');
  expect(wallet.lines).toHaveLength(1);
});

it.each([0, -5, 1.5, '100', null])('refuses the stake %p', async (stake) => {
  expect((await spin(await open('softswiss'), stake)).statusCode).toBe(422);
});

it('knows its own browser again and gives others a session of their own', async () => {
  const url = '/launch/softswiss?token=t1&game=g&player=p1&currency=EUR';
  const sessionOf = (body: string): string => /"sessionId":"([^"]+)"/.exec(body)?.[1] ?? '';
  const first = await pages.inject(url);
  const [{ name, value }] = first.cookies as [{ name: string; value: string }];
  const again = await pages.inject({ url, headers: { cookie: `${name}=${value}` } });
  expect(sessionOf(again.body)).toBe(sessionOf(first.body));
  expect(sessionOf((await pages.inject(url)).body)).not.toBe(sessionOf(first.body));
});

it('writes nothing of the address into the page as markup', async () => {
  const game = encodeURIComponent('</script><script>alert(1)</script>');
  const { body, headers } = await pages.inject(
    `/launch/softswiss?token=t&game=${game}&player=p1&currency=EUR`,
  );
  expect(body).not.toContain('<script>alert');
  expect(headers['content-security-policy']).toContain("default-src 'none'");
});

it('tells how a game was launched, and the way out of it', async () => {
  const out =
    '&lobbyUrl=https://casino.example/lobby?a=1%26b=2&cashierUrl=https://casino.example/pay&returnUrl=javascript:alert(1)';
  const real = await pages.inject(`/launch/softswiss?token=t1&game=g&player=p1&currency=EUR${out}`);
  expect(real.body).toContain('softswiss · Real money · session token present');
  expect(real.body).toContain('<a href="https://casino.example/lobby?a=1&#38;b=2">Lobby</a>');
  expect(real.body).toContain('<a href="https://casino.example/pay">Cashier</a>');
  expect(real.body).not.toContain('javascript:');
  const demo = await pages.inject(
    `/launch/hub88?mode=demo&token=t1&game=%3Cg%3E&player=p1&currency=EUR${out}`,
  );
  expect(demo.statusCode).toBe(200);
  expect(demo.body).toContain('<h1>&#60;g&#62;</h1>');
  expect(demo.body).toContain('hub88 · Demo: no money · session token present');
  expect(demo.body).toContain('>Lobby</a>');
  expect(demo.body).not.toContain('t1');
  const bare = await pages.inject('/launch/hub88?mode=demo&game=g');
  expect(bare.body).toContain('session token missing');
  expect(bare.body).not.toContain('<nav');
});

it.each([
  ['/launch/nobody?mode=demo&game=g', 400],
  ['/launch/nobody?token=t&game=g&player=p&currency=EUR', 400],
  ['/launch/softswiss', 400],
  ['/launch/softswiss?token=t&game=g&player=p&currency=XXX', 400],
  ['/session/balance', 404],
])('%s is %i', async (url, status) => {
  expect((await pages.inject(url)).statusCode).toBe(status);
});
