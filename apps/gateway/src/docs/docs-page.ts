import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { sendProblem } from '../http/problem';

const assets = dirname(require.resolve('swagger-ui-dist/package.json'));
const types: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};
const start = 'SwaggerUIBundle({ url: "/openapi.json", dom_id: "#page", deepLinking: true });';
const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Baize API</title>
    <link rel="icon" href="/docs/favicon-32x32.png" />
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
  </head>
  <body>
    <div id="page"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;
// Swagger UI sets styles from its script and draws its icons from data URLs
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'";

/** The API's page for people; everything it needs comes from here. */
export function serveDocsPage(_request: FastifyRequest, reply: FastifyReply): void {
  void reply.header('content-security-policy', policy).type('text/html; charset=utf-8').send(page);
}

/** A file of the page: only the few that are listed, whatever the name asks for. */
export async function serveDocsFile(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { file } = request.params as { file: string };
  void reply.header('cache-control', 'public, max-age=3600');
  const type =
    file === 'start.js'
      ? types['swagger-ui-bundle.js']
      : Object.hasOwn(types, file)
        ? types[file]
        : undefined;
  if (type === undefined) {
    sendProblem(reply, { code: 'request.not-found', detail: 'There is no such file.' });
    return;
  }
  const content = file === 'start.js' ? start : await readFile(join(assets, file));
  void reply.type(type).send(content);
}
