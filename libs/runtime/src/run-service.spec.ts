import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A real process, because signals and exit codes are the contract; compiled on the fly by @swc/core. */
function startExample(port: number, mode: string): ChildProcess {
  const loader = `
    const { transformSync } = require('@swc/core');
    require.extensions['.ts'] = (m, file) => m._compile(transformSync(require('fs').readFileSync(file, 'utf8'),
      { filename: file, jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2022' }, module: { type: 'commonjs' } }).code, file);
    const { runService } = require(${JSON.stringify(join(__dirname, 'run-service.ts'))});
    runService({ name: 'example', port: ${port}, start: async () => {
      if (${JSON.stringify(mode)} === 'bad') throw new Error('no database');
      return { checks: { broken: async () => { if (${JSON.stringify(mode)} === 'unready') throw new Error('down'); } },
               stop: async () => console.log('drained') };
    } });`;
  return spawn(process.execPath, ['-e', loader], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function outputUntil(child: ChildProcess, text: string): Promise<void> {
  let seen = '';
  for await (const chunk of child.stdout ?? []) {
    seen += String(chunk);
    if (seen.includes(text)) return;
  }
  throw new Error(`ended without "${text}":\n${seen}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('runService', () => {
  it('is live and ready, serves metrics, and drains on SIGTERM with exit code 0', async () => {
    const port = await freePort();
    const child = startExample(port, 'good');
    await outputUntil(child, 'example ready');
    const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
    expect((await get('/health/live')).status).toBe(200);
    expect((await get('/health/ready')).status).toBe(200);
    expect(await (await get('/metrics')).text()).toContain('process_resident_memory_bytes');
    expect((await get('/other')).status).toBe(404);
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
  });

  it('is not ready while a check fails, and names the check only', async () => {
    const port = await freePort();
    const child = startExample(port, 'unready');
    await outputUntil(child, 'example ready');
    const response = await fetch(`http://127.0.0.1:${port}/health/ready`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ status: 'not ready', checks: { broken: 'failed' } });
    child.kill('SIGKILL');
  });

  it('exits 1 when it cannot start', async () => {
    const child = startExample(await freePort(), 'bad');
    child.stdout?.resume();
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(1);
  });
});
