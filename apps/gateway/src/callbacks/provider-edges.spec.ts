import { CompiledEdge } from './provider-edges';

const edge = new CompiledEdge({
  provider: 'softswiss',
  priorities: [
    { path: '/play', bodyPattern: '"action"\\s*:\\s*"(win|rollback)"', priority: 'settlement' },
    { path: '/play', bodyPattern: '"action"', priority: 'bet' },
    { path: '/play', priority: 'read' },
    { path: '/rollback', priority: 'settlement' },
  ],
});

describe('CompiledEdge', () => {
  it.each([
    ['/play', '{"actions":[{"action": "win"}]}', 'settlement'],
    ['/play', '{"actions":[{"action":"bet"},{"action":"win"}]}', 'settlement'],
    ['/play', '{"actions":[{"action":"bet"}]}', 'bet'],
    ['/play', '{}', 'read'],
    ['/rollback', '', 'settlement'],
    ['/unknown', '', 'bet'],
  ])('%s %s is %s', (path, body, expected) => {
    expect(edge.priorityOf(path, Buffer.from(body))).toBe(expected);
  });
});
