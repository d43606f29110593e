import { randomBytes } from 'node:crypto';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { exponentOf, formatDecimal } from '@baize/money';
import { providerNames, type ProviderName } from '../dialects/dialect';
import { demoPage, readLaunchFacts } from './launch-facts';
import { messagePage, slotPage } from './slot-page';
import { digest, type Launch, type SlotSessions } from './slot-sessions';

const sessionHeader = 'x-sandbox-session';
const largestStake = 1_000_000_000;

/** The pages that launch URLs point to, and what their buttons call. */
export function createPages(sessions: SlotSessions): FastifyInstance {
  const app = fastify({ bodyLimit: 16_384, routerOptions: { maxParamLength: 100 } });
  app.get('/', (_request, reply) => sendPage(reply, 200, (nonce) => messagePage(welcome, nonce)));
  app.get<{ Params: { provider: string }; Querystring: Record<string, string> }>(
    '/launch/:provider',
    async (request, reply) => {
      const facts = readLaunchFacts(request.params.provider, request.query);
      if (facts.isDemo && isProvider(facts.provider))
        return sendPage(reply, 200, (nonce) => demoPage(facts, nonce));
      const launch = readLaunch(request.params.provider, request.query);
      if (typeof launch === 'string') return sendPage(reply, 400, (nonce) => messagePage(launch, nonce));
      const cookie = `slot-${digest(launch).slice(0, 16)}`;
      const opened = await sessions.open(launch, readCookie(request, cookie));
      if (!opened.ok) return sendPage(reply, 403, (nonce) => messagePage(opened.text, nonce));
      reply.header(
        'set-cookie',
        `${cookie}=${opened.id}; Path=/launch; HttpOnly; SameSite=Lax; Max-Age=28800`,
      );
      const { currency, providerGameId } = launch;
      const exponent = exponentOf(currency) ?? 2;
      const page = { sessionId: opened.id, currency, exponent, locale: readLocale(request.query.locale) };
      return sendPage(reply, 200, (nonce) => slotPage({ ...page, title: providerGameId }, facts, nonce));
    },
  );
  app.get('/session/balance', async (request, reply) => {
    const session = sessionOf(sessions, request);
    if (session === undefined)
      return reply.code(404).send({ error: 'This page has expired. Start the game again.' });
    const balance = await session.balance();
    if (balance === undefined) return reply.code(502).send({ error: 'The casino did not tell the balance.' });
    return { balance: formatDecimal(balance, session.seat.currency) };
  });
  app.post<{ Body: { stake?: unknown } | null }>('/session/spins', async (request, reply) => {
    const session = sessionOf(sessions, request);
    if (session === undefined)
      return reply.code(404).send({ error: 'This page has expired. Start the game again.' });
    const stake = request.body?.stake;
    if (typeof stake !== 'number' || !Number.isSafeInteger(stake) || stake < 1 || stake > largestStake)
      return reply.code(422).send({ error: 'The stake must be a whole number of minor units.' });
    const result = await session.spin(BigInt(stake));
    if (result.kind === 'refused') return reply.code(409).send({ error: result.text });
    const { currency } = session.seat;
    return {
      reels: result.spin.reels,
      win: formatDecimal(result.win, currency),
      balance: result.balance === undefined ? null : formatDecimal(result.balance, currency),
    };
  });
  return app;
}

const welcome =
  'This is the sandbox: it plays the game providers and the payment service providers. Launch a game (POST /v1/games/{gameId}/launches) and open its launchUrl, or make a deposit (POST /v1/players/{id}/deposits) and open its redirectUrl.';

function readLaunch(provider: string, query: Record<string, string | undefined>): Launch | string {
  const { token, player, game, currency } = query;
  if (!isProvider(provider)) return `The sandbox does not play "${provider}".`;
  if (!token || !player || !game || !currency) return 'A launch needs token, player, game and currency.';
  if (exponentOf(currency) === undefined) return 'The currency of this launch is not known.';
  return { provider, token, playerId: player, providerGameId: game, currency };
}

function isProvider(name: string): name is ProviderName {
  return (providerNames as readonly string[]).includes(name);
}

function readLocale(text: string | undefined): string {
  try {
    return Intl.getCanonicalLocales(text ?? 'en')[0] ?? 'en';
  } catch {
    return 'en';
  }
}

function readCookie(request: FastifyRequest, name: string): string | undefined {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return pairs.find(([key]) => key === name)?.[1];
}

function sessionOf(sessions: SlotSessions, request: FastifyRequest): ReturnType<SlotSessions['get']> {
  const id = request.headers[sessionHeader];
  return typeof id === 'string' ? sessions.get(id) : undefined;
}

function sendPage(reply: FastifyReply, status: number, page: (nonce: string) => string): FastifyReply {
  const nonce = randomBytes(16).toString('base64');
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'`;
  return reply
    .code(status)
    .headers({
      'content-security-policy': policy,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer', // the address holds the launch token
      'x-content-type-options': 'nosniff',
    })
    .type('text/html; charset=utf-8')
    .send(page(nonce));
}
