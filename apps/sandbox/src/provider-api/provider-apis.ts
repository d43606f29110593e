import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { providerNames, type Credentials, type ProviderName } from '../dialects/dialect';
import type { Asked, SandboxGame } from './wire';
import { freeRoundsName } from '../domain/free-rounds';
import { apiWires } from './wires';

/** What an API does wrong on purpose, for its next answers. */
const faults = ['none', 'error', 'silence', 'garbage', 'lost-answer'] as const;
type Fault = (typeof faults)[number];

interface Grant {
  readonly reference: string;
  state: 'granted' | 'cancelled';
}

const games = JSON.parse(readFileSync(join(__dirname, '../../seed/provider-games.json'), 'utf8')) as Readonly<
  Record<string, SandboxGame[]>
>;
const maxGrants = 10_000;
const maxBody = 65_536;

/**
 * Plays the providers' own APIs at `/api/<provider>`: lists of games and free rounds, each in its own words and only for
 * whom it trusts. `POST /control/api/<provider>` says what goes wrong: `{"fault": "error", "times": 2}`, or which games
 * are listed: `{"without": ["<id>"], "extra": 3}`.
 */
export class ProviderApis {
  private readonly byName = new Map<ProviderName, ProviderApi>();

  constructor(credentials: Readonly<Partial<Record<string, Credentials>>>) {
    for (const name of providerNames) {
      const known = credentials[name];
      if (known) this.byName.set(name, new ProviderApi(name, known));
    }
  }

  serve(app: FastifyInstance): void {
    app.register((scope, _options, done) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: maxBody }, (_request, body, parsed) =>
        parsed(null, body),
      );
      scope.all<{ Params: { provider: string } }>('/api/:provider/*', (request, reply) => {
        const api = this.byName.get(request.params.provider as ProviderName);
        return api ? api.answer(request, reply) : reply.code(404).send('');
      });
      done();
    });
    app.post<{ Params: { provider: string }; Body: Record<string, unknown> | null }>(
      '/control/api/:provider',
      (request, reply) => {
        const api = this.byName.get(request.params.provider as ProviderName);
        if (!api?.control(request.body ?? {})) return reply.code(422).send({ error: 'not understood' });
        return reply.code(204).send();
      },
    );
  }
}

class ProviderApi {
  private readonly grants = new Map<string, Grant>();
  private fault: Fault = 'none';
  private times = 0;
  private without: readonly string[] = [];
  private extra = 0;

  constructor(
    private readonly name: ProviderName,
    private readonly credentials: Credentials,
  ) {}

  /** False when it is not understood. */
  control({ fault = 'none', times = 1, without = [], extra = 0 }: Record<string, unknown>): boolean {
    if (!faults.includes(fault as Fault) || !isCount(times) || !isCount(extra) || !Array.isArray(without))
      return false;
    this.fault = fault as Fault;
    this.times = times;
    this.without = without as string[];
    this.extra = extra;
    return true;
  }

  answer(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const wire = apiWires[this.name];
    const { method, headers } = request;
    const path = request.url.slice(`/api/${this.name}`.length);
    const asked = { method, path, headers, body: typeof request.body === 'string' ? request.body : '' };
    if (!wire.trusts(asked, this.credentials)) return reply.code(401).send('');
    const wanted = wire.read(asked);
    if (!wanted) return reply.code(404).send('');
    const fault = this.times > 0 ? this.fault : 'none';
    this.times = Math.max(0, this.times - 1);
    if (fault === 'error') return reply.code(503).send('');
    if (fault === 'garbage') return reply.send('<html>maintenance</html>');
    const { status, body } = fault === 'silence' ? { status: 200, body: '' } : this.serve(wanted);
    if (fault === 'silence' || fault === 'lost-answer') {
      reply.hijack();
      request.raw.socket.destroy();
      return reply;
    }
    return reply.code(status).send(body);
  }

  private serve(wanted: Asked): { status: number; body: string } {
    const wire = apiWires[this.name];
    if (wanted.kind === 'list') return { status: 200, body: wire.list(this.games(), wanted.page) };
    if (wanted.kind === 'grant') return { status: 200, body: wire.granted(this.grant(wanted.id).reference) };
    const grant = this.find(wanted.id);
    if (!grant) return wire.refused;
    grant.state = 'cancelled';
    return { status: 200, body: wire.cancelled() };
  }

  /** Asked again with the same id, it is the same grant. */
  private grant(id: string): Grant {
    const known = this.grants.get(id);
    if (known) return known;
    const grant: Grant = { reference: freeRoundsName(this.name, id), state: 'granted' };
    this.grants.set(id, grant);
    const [oldest] = this.grants.keys();
    if (this.grants.size > maxGrants && oldest !== undefined) this.grants.delete(oldest);
    return grant;
  }

  /** By the caller's id, or by its own name. */
  private find(id: string): Grant | undefined {
    return this.grants.get(id) ?? [...this.grants.values()].find(({ reference }) => reference === id);
  }

  private games(): SandboxGame[] {
    const own = games[this.name] ?? [];
    const [first] = own;
    const more = Array.from({ length: first ? this.extra : 0 }, (_, at) => ({
      ...(first as SandboxGame),
      id: `${this.name}-extra-${at}`,
      name: `Extra ${at}`,
    }));
    return [...own.filter(({ id }) => !this.without.includes(id)), ...more];
  }
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 100_000;
}
