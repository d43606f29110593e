import { createLogger, nestLogger } from './logger';
import { startTracing, withTraceparent } from './tracing';

function capture() {
  const lines: Record<string, unknown>[] = [];
  const log = createLogger('wallet', {
    write: (line) => lines.push(JSON.parse(line) as Record<string, unknown>),
  });
  return { log, lines };
}

describe('createLogger', () => {
  beforeAll(startTracing);

  it('hides secrets and personal data at any depth, in lists and in child bindings', () => {
    const { log, lines } = capture();
    log.child({ email: 'canary@x.y' }).info({
      headers: [{ Authorization: 'canary' }],
      a: { b: { c: { access_token: 'canary', player: { firstName: 'canary', id: 'kept' } } } },
      amount: 5n,
    });
    expect(JSON.stringify(lines)).not.toContain('canary');
    expect(lines[0]).toMatchObject({
      service: 'wallet',
      amount: '5',
      a: { b: { c: { player: { id: 'kept' } } } },
    });
  });

  it('writes an error without the row that PostgreSQL quotes', () => {
    const { log, lines } = capture();
    const error = Object.assign(new Error('duplicate key'), { code: '23505', detail: 'Key (x)=(canary)' });
    log.error({ err: new Error('outer', { cause: error }) }, 'failed');
    expect(JSON.stringify(lines)).not.toContain('canary');
    expect(lines[0]).toMatchObject({ msg: 'failed', err: { message: 'outer', cause: { code: '23505' } } });
  });

  it('adds the trace id of the active context, and a new one for a malformed header', () => {
    const { log, lines } = capture();
    const trace = '0af7651916cd43dd8448eb211c80319c';
    withTraceparent(`00-${trace}-b7ad6b7169203331-01`, () => log.info('in'));
    withTraceparent('nonsense', () => log.info('new'));
    log.info('out');
    expect(lines[0]?.traceId).toBe(trace);
    expect(lines[1]?.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(lines[2]).not.toHaveProperty('traceId');
  });

  it('carries Nest errors with context and stack', () => {
    const { log, lines } = capture();
    nestLogger(log).error('broke', 'the stack', 'Router');
    expect(lines[0]).toMatchObject({ level: 'error', msg: 'broke', stack: 'the stack', context: 'Router' });
  });
});
