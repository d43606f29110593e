import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { RegistryBook, states, type Asked, type State } from './registry-book';

export type RegisterAccesses = Readonly<Record<string, { readonly apiKey: string } | undefined>>;

/** What a register does wrong on purpose, for its next answers. */
const faults = ['none', 'error', 'silence', 'garbage'] as const;
type Fault = (typeof faults)[number];

const letters: Readonly<Record<State, string>> = { excluded: 'Y', removed: 'P', unknown: 'N' };
const maxBody = 16_384;
const maxTimes = 100_000;

/**
 * Plays national registers of self-exclusion in the form of GAMSTOP's API v2: `POST /registers/<register>/v2` with a form,
 * answered by `X-Exclusion`. `POST /control/registers/<register>` says who is excluded, or what goes wrong:
 * `{"person": {...}, "state": "excluded"}`, `{"fault": "error", "times": 2}`.
 */
export class SandboxRegisters {
  private readonly byName = new Map<string, SandboxRegister>();

  constructor(accesses: RegisterAccesses) {
    for (const [name, access] of Object.entries(accesses)) {
      if (access) this.byName.set(name, new SandboxRegister(access.apiKey));
    }
  }

  serve(app: FastifyInstance): void {
    app.register((scope, _options, done) => {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: maxBody }, (_request, body, parsed) =>
        parsed(null, body),
      );
      scope.post<{ Params: { register: string } }>('/registers/:register/v2', (request, reply) => {
        const register = this.byName.get(request.params.register);
        return register ? register.answer(request, reply) : reply.code(404).send('');
      });
      done();
    });
    app.post<{ Params: { register: string }; Body: Record<string, unknown> | null }>(
      '/control/registers/:register',
      (request, reply) => {
        const register = this.byName.get(request.params.register);
        if (!register?.control(request.body ?? {})) return reply.code(422).send({ error: 'not understood' });
        return reply.code(204).send();
      },
    );
  }
}

class SandboxRegister {
  private readonly book = new RegistryBook();
  private fault: Fault = 'none';
  private times = 0;

  constructor(private readonly apiKey: string) {}

  /** False when it is not understood. */
  control(wish: Record<string, unknown>): boolean {
    if (wish.person !== undefined) {
      const person = readPerson(wish.person as Record<string, unknown> | null);
      if (!person || !states.includes(wish.state as State)) return false;
      this.book.put(person, wish.state as State);
      return true;
    }
    const { fault, times = 1 } = wish;
    if (!faults.includes(fault as Fault) || !Number.isInteger(times)) return false;
    if ((times as number) < 0 || (times as number) > maxTimes) return false;
    this.fault = fault as Fault;
    this.times = times as number;
    return true;
  }

  answer(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    if (request.headers['x-api-key'] !== this.apiKey) return reply.code(403).send('');
    const body = typeof request.body === 'string' ? request.body : '';
    const asked = readPerson(Object.fromEntries(new URLSearchParams(body)));
    if (!asked?.email || !asked.postcode) return reply.code(400).send('');
    const fault = this.times > 0 ? this.fault : 'none';
    this.times = Math.max(0, this.times - 1);
    // what a cache might still say of it is no answer
    if (fault === 'error') return reply.code(503).header('x-exclusion', 'N').send('');
    if (fault === 'garbage') return reply.header('x-exclusion', 'maybe').send('<html>maintenance</html>');
    // the caller hangs up some time
    if (fault === 'silence') return reply.hijack();
    return reply.header('x-exclusion', letters[this.book.find(asked)]).send('');
  }
}

function readPerson(given: Record<string, unknown> | null): Asked | undefined {
  const text = (key: string) => {
    const value = given?.[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const [firstName, lastName, dateOfBirth] = [text('firstName'), text('lastName'), text('dateOfBirth')];
  if (!firstName || !lastName || !dateOfBirth || !/^\d{4}-\d{2}-\d{2}$/.test(dateOfBirth)) return undefined;
  const contacts = { email: text('email'), postcode: text('postcode'), mobile: text('mobile') };
  return { firstName, lastName, dateOfBirth, ...contacts };
}
