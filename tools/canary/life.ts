import { waitFor } from '@baize/testing';
import { dialects } from '../../apps/sandbox/src/dialects/registry';
import { newStake } from '../fence/guest';
import { untilDefinite, type Answer, type Platform, type Way } from '../fence/platform';
import { person } from './person';
import { adyenPaid, brokenVeriff, forged, stripePaid, veriffDecision } from './webhooks';

const operator: Way = { client: 'operator' };
const compliance: Way = { client: 'compliance' };

const { email, password, firstName, lastName, dateOfBirth, phone, address, device } = person;
const form = {
  ...{ email, password, firstName, lastName, dateOfBirth, phone, address, device },
  ...{ country: 'MT', currency: 'EUR', consents: { email: true, sms: true } },
};

function expectCode(answer: Answer, code: string): void {
  if (answer.body.code !== code)
    throw new Error(`${code} was expected, not ${answer.status} ${JSON.stringify(answer.body)}`);
}

/** Whom it happened to, and the secrets that were given out meanwhile. */
export interface Life {
  readonly playerId: string;
  readonly secrets: readonly string[];
}

/** Everything that can happen to a player, the failures included. */
export async function live(platform: Platform): Promise<Life> {
  await failToRegister(platform);
  const secrets: string[] = [];
  const playerId = await register(platform, secrets);
  const self = await logIn(platform, { email, password }, secrets);
  await beKnown(platform, playerId, self);
  await prove(platform, playerId);
  await pay(platform, playerId, self);
  await play(platform, playerId, self);
  const later = await changeEverything(platform, playerId, { self, secrets });
  await leave(platform, playerId, later);
  return { playerId, secrets };
}

const withKey = (key: string) => ({ 'content-type': 'application/json', 'idempotency-key': key });

async function failToRegister(platform: Platform): Promise<void> {
  const register = (changes: object) =>
    platform.call('browser', 'POST', '/v1/players', { ...form, ...changes });
  expectCode(await register({ dateOfBirth: '2020-08-23' }), 'identity.under-age');
  expectCode(await register({ phone: `x${phone}` }), 'request.invalid');
  const headers = { ...(await platform.credentials('browser')), ...withKey('unknown') };
  const cutOff = JSON.stringify(form).slice(0, -1);
  for (const path of ['/v1/players', '/v1/sessions'])
    expectCode(await platform.send('POST', path, headers, cutOff), 'request.malformed');
  // the wallet does not answer, so that it is not known what became of it
  const wallet = platform.stack.pidOf('wallet') ?? 0;
  process.kill(wallet, 'SIGSTOP');
  const unknown = await platform.send('POST', '/v1/players', headers, JSON.stringify(form));
  process.kill(wallet, 'SIGCONT');
  if (unknown.status < 500) throw new Error(`registered without the wallet: ${unknown.status}`);
  // a caller whom nobody knows, at paths that are not there
  await platform.send('GET', `/v1/players/${encodeURIComponent(email)}?name=${lastName}`, {});
  await platform.send('GET', `/${lastName}/${encodeURIComponent(phone)}`, {});
}

async function register(platform: Platform, secrets: string[]): Promise<string> {
  // with the key of the registration that was left unknown
  const headers = { ...(await platform.credentials('browser')), ...withKey('unknown') };
  const send = () => platform.send('POST', '/v1/players', headers, JSON.stringify(form));
  const { id } = (await untilDefinite(send, ({ status }) => status === 201)).body;
  const again = (changes: object) => platform.call(operator, 'POST', '/v1/players', { ...form, ...changes });
  expectCode(await again({}), 'identity.email-taken');
  expectCode(await again({ email: `x${email}` }), 'identity.duplicate-person');
  const token = await platform.mailedToken(email, 'email-verification');
  await platform.done('browser', 'POST', '/v1/email-verifications', { token });
  secrets.push(token);
  return String(id);
}

async function logIn(
  platform: Platform,
  right: { email: string; password: string },
  secrets: string[],
): Promise<Way> {
  const logInWith = (changes: object) =>
    platform.call('browser', 'POST', '/v1/sessions', { ...right, device, ...changes });
  expectCode(await logInWith({ password: lastName }), 'identity.invalid-login');
  expectCode(await logInWith({ email: `unknown.${right.email}` }), 'identity.invalid-login');
  const first = (await logInWith({})).body;
  const { refreshToken } = first;
  const next = await platform.done('browser', 'POST', '/v1/sessions/refresh', { refreshToken });
  secrets.push(
    ...[first, next].flatMap((tokens) => [String(tokens.accessToken), String(tokens.refreshToken)]),
  );
  return { token: String(next.accessToken) };
}

async function beKnown(platform: Platform, playerId: string, self: Way): Promise<void> {
  for (const way of [self, operator]) {
    const known = await platform.done(way, 'GET', `/v1/players/${playerId}`);
    if (known.email !== email || known.lastName !== lastName) throw new Error('it is somebody else');
  }
  await platform.done(self, 'GET', `/v1/players/${playerId}/sessions`);
  const name = `${firstName} ${lastName}`;
  const asked = { name, dateOfBirth, country: 'MT' };
  await platform.done(compliance, 'POST', '/v1/sanctions/screenings', asked);
}

/** Documents are shown to both vendors, one of which tells all that it saw. */
async function prove(platform: Platform, playerId: string): Promise<void> {
  const path = `/v1/players/${playerId}/kyc/checks`;
  const order = (kind: string, vendor: string) => platform.done(operator, 'POST', path, { kind, vendor });
  const { id: checkId } = await order('address', 'sumsub');
  await platform.sandbox('/kyc/sumsub/decisions', { subject: checkId, answer: 'approve' });
  const check = await order('identity', 'veriff');
  const decision = veriffDecision(platform, { id: String(check.id), reference: String(check.reference) });
  for (const webhook of [forged(decision), brokenVeriff(platform), decision])
    await platform.send('POST', webhook.path, webhook.headers, webhook.body);
  const isVerified = async () =>
    (await platform.done(operator, 'GET', `/v1/players/${playerId}/kyc`)).level === 'verified';
  await waitFor(isVerified, { what: 'the verified player' });
}

async function pay(platform: Platform, playerId: string, self: Way): Promise<void> {
  const deposit = async (psp: string) => {
    const returnUrl = 'https://casino.example/back';
    const asked = { amount: { amount: 2_500, currency: 'EUR' }, method: 'card', psp, returnUrl };
    return platform.done(self, 'POST', `/v1/players/${playerId}/deposits`, asked);
  };
  const isIn = (id: unknown, statuses: string[]) =>
    waitFor(
      async () =>
        statuses.includes(
          String((await platform.done(operator, 'GET', `/v1/payments/${String(id)}`)).status),
        ),
      { what: `a payment in ${statuses.join()}` },
    );
  const paid = await deposit('stripe');
  await platform.sandbox(new URL(String(paid.redirectUrl)).pathname, { action: 'approve' });
  await isIn(paid.id, ['confirmed']);
  const [byStripe, byAdyen] = [await deposit('stripe'), await deposit('adyen')];
  const webhooks = [stripePaid(platform, String(byStripe.id)), adyenPaid(platform, String(byAdyen.id))];
  for (const webhook of webhooks) {
    for (const one of [forged(webhook), { ...webhook, body: webhook.body.slice(0, -3) }, webhook])
      await platform.send('POST', one.path, one.headers, one.body);
  }
  await Promise.all([byStripe, byAdyen].map(({ id }) => isIn(id, ['confirmed', 'review'])));
  const withdraw = (iban: string) =>
    platform.call(self, 'POST', `/v1/players/${playerId}/withdrawals`, {
      ...{ amount: { amount: 1_000, currency: 'EUR' }, method: 'bank', destination: { iban } },
    });
  expectCode(await withdraw(person.iban.replace('DE75', 'DE76')), 'wallet.invalid-destination');
  const { status, body } = await withdraw(person.iban);
  if (status !== 201) throw new Error(`no withdrawal: ${JSON.stringify(body)}`);
  await waitFor(
    async () => {
      const id = String(body.id);
      const payment = await platform.done(operator, 'GET', `/v1/payments/${id}`);
      const approval = { decision: 'approve', reason: 'own account' };
      if (payment.status === 'review')
        await platform.call(operator, 'POST', `/v1/withdrawals/${id}/reviews`, approval);
      return payment.status === 'confirmed';
    },
    { intervalMs: 200, what: 'the payout' },
  );
}

async function play(platform: Platform, playerId: string, self: Way): Promise<void> {
  const game = platform.demo.games.find(({ provider }) => provider === 'softswiss');
  const asked = { playerId, mode: 'real', returnUrl: 'https://casino.example/lobby' };
  await platform.done(self, 'POST', `/v1/games/${game?.id ?? ''}/launches`, asked);
  const access = platform.demo.providers.softswiss;
  const seat = { playerId, currency: 'EUR', providerGameId: game?.providerGameId ?? '' };
  const { roundId, bet } = newStake();
  const win = { ...bet, kind: 'win' as const, id: `${bet.id}-w`, amount: 70n };
  const actions = [bet, win];
  const call = dialects
    .softswiss(access?.credentials ?? {})
    .encode(seat, { type: 'play', roundId, finished: true, actions });
  // from the provider's machine, not the player's
  const init = { method: 'POST', headers: { ...call.headers }, body: call.body };
  const { status } = await fetch(`${access?.baseUrl ?? ''}${call.path}`, init);
  if (status !== 200) throw new Error(`no bet: ${status}`);
}

/** Address, telephone, e-mail and password become others; then a new session begins. */
async function changeEverything(
  platform: Platform,
  playerId: string,
  { self, secrets }: { readonly self: Way; readonly secrets: string[] },
): Promise<Way> {
  const change = (changes: object) => platform.done(self, 'PUT', `/v1/players/${playerId}/profile`, changes);
  await change({ phone: person.otherPhone, address: person.otherAddress });
  await change({ email: person.otherEmail, currentPassword: password });
  const token = await platform.mailedToken(person.otherEmail, 'email-verification');
  await platform.done('browser', 'POST', '/v1/email-verifications', { token });
  const consents = [{ product: 'casino', channel: 'email', granted: false }];
  await platform.done(self, 'PUT', `/v1/players/${playerId}/consents`, { consents });
  await platform.done('browser', 'POST', '/v1/password-resets', { email: person.otherEmail });
  const reset = await platform.mailedToken(person.otherEmail, 'password-reset');
  await platform.done('browser', 'POST', '/v1/password-resets/completions', {
    ...{ token: reset, newPassword: person.otherPassword },
  });
  secrets.push(token, reset);
  return logIn(platform, { email: person.otherEmail, password: person.otherPassword }, secrets);
}

async function leave(platform: Platform, playerId: string, self: Way): Promise<void> {
  const exported = await platform.done(self, 'GET', `/v1/players/${playerId}/export`);
  if (!JSON.stringify(exported).includes(person.otherAddress.line1)) throw new Error('little was exported');
  const exclusion = { kind: 'self-exclusion', duration: 'P6M', reason: 'enough' };
  await platform.done(self, 'POST', `/v1/players/${playerId}/exclusions`, exclusion);
  const right = { email: person.otherEmail, password: person.otherPassword, device };
  expectCode(await platform.call('browser', 'POST', '/v1/sessions', right), 'identity.action-not-allowed');
  const disguised = { ...form, email: `third.${email}`, phone: undefined, lastName: lastName.toUpperCase() };
  expectCode(await platform.call(operator, 'POST', '/v1/players', disguised), 'identity.person-excluded');
  await platform.done(compliance, 'POST', `/v1/players/${playerId}/erasures`, {});
}
