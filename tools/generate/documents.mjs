// @ts-check
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root } from '../servers/root.cjs';

const require = createRequire(import.meta.url);

/** @param {string} path */
const built = (path) => require(join(root, path));

/** @param {unknown} value */
const text = (value) => `${JSON.stringify(value, null, 2)}\n`;

/** OpenAPI, AsyncAPI and a JSON Schema for every event. @returns {Record<string, string>} */
export function documentFiles() {
  require('reflect-metadata');
  const { routeTable } = built('apps/gateway/dist/routes/route-table.js');
  const { openApiOf } = built('apps/gateway/dist/docs/openapi.js');
  const { asyncApiOf } = built('apps/gateway/dist/docs/asyncapi.js');
  const { jsonSchemaOf } = built('libs/messaging/dist/index.js');
  const { eventContracts } = built('libs/contracts/dist/index.js');
  return {
    // The table's handlers need a running gateway, what it says about them does not.
    'openapi.json': text(openApiOf(routeTable({}))),
    'asyncapi.json': text(asyncApiOf()),
    ...Object.fromEntries(
      eventContracts.map((/** @type {{ type: string, data: unknown }} */ { type, data }) => [
        `events/${type}.schema.json`,
        text({ title: type, ...jsonSchemaOf(data, { closed: false }) }),
      ]),
    ),
  };
}
