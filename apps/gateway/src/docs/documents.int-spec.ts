import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { eventContracts } from '@baize/contracts';
import { scopeNames } from '../auth/scopes';
import { GatewayUnderTest } from '../fixtures/gateway-under-test';
import { fastifyPath } from '../http/mount';

interface Operation {
  operationId: string;
  security: Record<string, string[]>[];
  parameters: { name: string; in: string }[];
  responses: Record<string, unknown>;
}
type Paths = Record<string, Record<string, Operation>>;

describe('published documents', () => {
  let gateway: GatewayUnderTest;
  let document: { openapi: string; paths: Paths; components: { schemas: Record<string, object> } };

  beforeAll(async () => {
    gateway = await GatewayUnderTest.start();
    document = (await (await gateway.call('GET', '/openapi.json')).json()) as typeof document;
  });
  afterAll(() => gateway.stop());

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
    );

  it('has every mounted route and no other', () => {
    // find-my-way's own view of what is mounted, one line for each path with its methods
    const printed = gateway.running.adapter.fastify.printRoutes({ commonPrefix: false });
    const mounted = routesOf(printed);
    const stated = operations().map(({ method, path }) => `${method} ${fastifyPath(path)}`);
    expect(mounted.sort()).toEqual(stated.sort());
    expect(stated.length).toBeGreaterThanOrEqual(25);
  });

  it('states scopes on every operation, none on public ones', () => {
    const publicPaths = [
      '/callbacks/',
      '/oauth/token',
      '/openapi.json',
      '/asyncapi.json',
      '/docs',
      '/health',
    ];
    for (const { path, operation } of operations()) {
      const isPublic = publicPaths.some((prefix) => path.startsWith(prefix));
      expect([path, operation.security.length > 0]).toEqual([path, !isPublic]);
      for (const scope of operation.security.flatMap((one) => Object.values(one).flat())) {
        expect(scopeNames).toContain(scope);
      }
    }
    const ids = operations().map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is whole: every reference leads somewhere, every path parameter is described', () => {
    const text = JSON.stringify(document);
    for (const [, group, name] of text.matchAll(/"\$ref":"#\/components\/(\w+)\/(\w+)"/g)) {
      expect(document.components).toHaveProperty([group ?? '', name ?? '']);
    }
    expect(text).not.toContain('$defs');
    for (const { path, operation } of operations()) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(operation.parameters.filter((one) => one.in === 'path').map(({ name }) => name)).toEqual(named);
    }
  });

  it('has schemas that compile', () => {
    const ajv = addFormats(new Ajv2020({ strict: false }));
    ajv.addSchema({ $id: 'doc', components: document.components });
    for (const name of Object.keys(document.components.schemas)) {
      expect(() => ajv.compile({ $ref: `doc#/components/schemas/${name}` })).not.toThrow();
    }
  });

  it('publishes every event with a sample that fits its schema', async () => {
    const events = (await (await gateway.call('GET', '/asyncapi.json')).json()) as {
      asyncapi: string;
      components: { messages: Record<string, { payload: { properties: { data: object } } }> };
    };
    expect(events.asyncapi).toBe('3.0.0');
    const ajv = addFormats(new Ajv2020({ strict: false }));
    for (const { type, sample } of eventContracts) {
      const schema = events.components.messages[type]?.payload.properties.data;
      expect([type, schema && ajv.validate(schema, sample), ajv.errors]).toEqual([type, true, null]);
    }
  });

  it('has a page that needs nothing from elsewhere', async () => {
    const page = await gateway.call('GET', '/docs');
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const parts = [...(await page.text()).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, url]) => url ?? '');
    expect(parts.length).toBeGreaterThanOrEqual(4);
    for (const part of parts) {
      expect(part).toMatch(/^\/docs\//);
      expect((await gateway.call('GET', part)).status).toBe(200);
    }
    expect((await gateway.call('GET', '/docs/..%2fpackage.json')).status).toBe(404);
  });
});

/** `printRoutes` draws a tree; each line adds a piece of path and names the methods that end there. */
function routesOf(tree: string): string[] {
  const stack: { depth: number; path: string }[] = [];
  return tree.split('\n').flatMap((line) => {
    const match = /^([│ ]*)[├└]── (\S+)(?: \(([A-Z, ]+)\))?$/.exec(line);
    if (!match) return [];
    const [, indent = '', piece = '', methods] = match;
    while ((stack.at(-1)?.depth ?? -1) >= indent.length) stack.pop();
    const path = (stack.at(-1)?.path ?? '') + piece;
    stack.push({ depth: indent.length, path });
    const url = path.replace(/([^/])\*$/, '$1/*');
    return methods ? methods.split(', ').map((method) => `${method} ${url}`) : [];
  });
}
