import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { register } from 'prom-client';

/** Named probes of what a service needs; a check that rejects, or takes over 2 s, fails. */
export type Checks = Record<string, () => Promise<void>>;

const CHECK_TIMEOUT_MS = 2_000;

/** What the probes see: undefined while the service starts or stops. */
export interface Health {
  checks: Checks | undefined;
}

/** Serves `/health/live`, `/health/ready` and `/metrics`. Rejects when the port is taken. */
export async function listenHealth(health: Health, port: number, host: string): Promise<Server> {
  const server = createServer((request, response) => {
    answer(health, request.url ?? '/', response).catch((error: unknown) => {
      send(response, 500, { status: 'error', detail: error instanceof Error ? error.name : 'unknown' });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return server;
}

async function answer(health: Health, url: string, response: ServerResponse): Promise<void> {
  const [path] = url.split('?');
  if (path === '/health/live') {
    send(response, 200, { status: 'ok' });
    return;
  }
  if (path === '/health/ready') return answerReady(health.checks, response);
  if (path !== '/metrics') {
    send(response, 404, { status: 'not found' });
    return;
  }
  const text = await register.metrics();
  response.writeHead(200, { 'content-type': register.contentType }).end(text);
}

async function answerReady(checks: Checks | undefined, response: ServerResponse): Promise<void> {
  if (checks === undefined) {
    send(response, 503, { status: 'not ready' });
    return;
  }
  const outcomes = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await probe(check)] as const),
  );
  const ready = outcomes.every(([, outcome]) => outcome === 'ok');
  send(response, ready ? 200 : 503, {
    status: ready ? 'ok' : 'not ready',
    checks: Object.fromEntries(outcomes),
  });
}

async function probe(check: () => Promise<void>): Promise<'ok' | 'failed'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'failed'>((resolve) => {
    timer = setTimeout(() => resolve('failed'), CHECK_TIMEOUT_MS);
  });
  const outcome = check().then(
    () => 'ok' as const,
    () => 'failed' as const,
  );
  return Promise.race([outcome, late]).finally(() => clearTimeout(timer));
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
