import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';

/** No definite answer: what the PSP did, if anything, is unknown. Its message names no personal data. */
export class NoAnswer extends Error {
  constructor(why: string) {
    super(why);
    this.name = 'NoAnswer';
  }
}

const attemptMs = 4_000;
const pauseMs = 100;
const leastTimeMs = 50;
const largestAnswerBytes = 1_048_576;

/**
 * Asks at most twice within the deadline, the second time only after no answer. Every request must carry an
 * idempotency key, or read only. `send` is given the milliseconds that its attempt may take.
 * @throws NoAnswer
 */
export async function askTwice<T>(deadlineMs: number, send: (timeoutMs: number) => Promise<T>): Promise<T> {
  const timeLeft = (): number => Math.min(attemptMs, deadlineMs - Date.now());
  if (timeLeft() < leastTimeMs) throw new NoAnswer('the deadline has passed');
  try {
    return await send(timeLeft());
  } catch (error) {
    if (!(error instanceof NoAnswer) || timeLeft() < pauseMs + leastTimeMs) throw error;
    await sleep(pauseMs);
    return send(timeLeft());
  }
}

export interface HttpExchange {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * One HTTP exchange, bounded in time and size. Only a whole answer that says what the PSP did is one.
 * @throws NoAnswer for everything the network does, for 408, 429 and for 5xx
 */
export async function exchange(
  call: HttpExchange,
  timeoutMs: number,
): Promise<{ status: number; body: string }> {
  try {
    const answer = await request(call.url, {
      method: call.method,
      headers: call.headers,
      body: call.body ?? null,
      signal: AbortSignal.timeout(timeoutMs),
    });
    const body = await readBounded(answer.body);
    if (isSilent(answer.statusCode)) throw new NoAnswer(`HTTP ${answer.statusCode}`);
    return { status: answer.statusCode, body };
  } catch (error) {
    if (error instanceof NoAnswer) throw error;
    throw new NoAnswer(reasonOf(error));
  }
}

/** Statuses that say nothing about the payment. */
export function isSilent(status: number): boolean {
  return status >= 500 || status === 408 || status === 429;
}

async function readBounded(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > largestAnswerBytes)
      throw new NoAnswer(`the answer is longer than ${largestAnswerBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The code of a network fault: its message can hold an address with a query. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the connection failed';
  return (error as NodeJS.ErrnoException).code ?? error.name;
}

/** This machine, or a name that only a private network has: the demo's sandbox in containers. */
const inside = /^(localhost|127(\.\d{1,3}){3}|\[::1\]|[a-z][a-z0-9-]*)$/;

/**
 * The PSP's address without a trailing slash. Credentials and money go there: no plain http leaves this machine's
 * private network.
 * @throws Error that says what is wrong
 */
export function checkedBaseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:'))
    throw new Error('baseUrl must be an https URL');
  if (url.protocol === 'http:' && !inside.test(url.hostname))
    throw new Error('baseUrl must be https: plain http is for this machine and names of its private network');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new Error('baseUrl must hold no credentials, query or fragment');
  url.pathname = url.pathname.replace(/\/+$/, '');
  return url;
}

/** The base as text that a path which starts with a slash can follow. */
export function baseText(url: URL): string {
  return url.href.replace(/\/+$/, '');
}

/** @throws Error that names the missing credential, never its value */
export function requireCredential(
  credentials: Readonly<Record<string, string>>,
  name: string,
  minLength = 1,
): string {
  const value = credentials[name];
  if (typeof value !== 'string' || value.length < minLength)
    throw new Error(`the credential "${name}" must be text of at least ${minLength} characters`);
  return value;
}
