import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { endProcess, freePort, isAlive, waitFor } from './processes.cjs';

describe('free ports', () => {
  it('gives the preferred one, and another when it is taken or promised', async () => {
    const preferred = await freePort();
    const promised = new Set<number>();
    expect(await freePort(preferred, promised)).toBe(preferred);
    expect(await freePort(preferred, promised)).not.toBe(preferred);
    const taken = createServer().listen(preferred, '127.0.0.1');
    await new Promise((listening) => taken.once('listening', listening));
    expect(await freePort(preferred)).not.toBe(preferred);
    taken.close();
  });
});

describe('waiting', () => {
  it('takes a throw for not yet and names what did not happen', async () => {
    let calls = 0;
    const eventually = (): number => {
      calls += 1;
      if (calls < 3) throw new Error('not yet');
      return calls;
    };
    expect(await waitFor(eventually, { intervalMs: 1 })).toBe(3);
    await expect(waitFor(() => false, { timeoutMs: 5, intervalMs: 1, what: 'the miracle' })).rejects.toThrow(
      'the miracle did not happen within 5 ms',
    );
  });
});

describe('ending a process', () => {
  it('kills one that does not listen', async () => {
    const stubborn = spawn(process.execPath, [
      '-e',
      "process.on('SIGTERM', () => 0); console.log(1); setInterval(() => 0, 1e3)",
    ]);
    await new Promise((started) => stubborn.stdout.once('data', started));
    const pid = stubborn.pid ?? 0;
    await endProcess(pid, { timeoutMs: 100 });
    expect(isAlive(pid)).toBe(false);
  });
});
