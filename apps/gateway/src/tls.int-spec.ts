import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect, createServer, type SecureVersion } from 'node:tls';
import { GatewayUnderTest } from './fixtures/gateway-under-test';

/** Which version a client that insists on `version` ends up with. @SECLEVEL=0 lets OpenSSL speak the old ones. */
function handshake(port: number, version: SecureVersion): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      port,
      host: '127.0.0.1',
      rejectUnauthorized: false,
      minVersion: version,
      maxVersion: version,
      ciphers: 'ALL:@SECLEVEL=0',
    });
    socket.once('secureConnect', () => {
      resolve(socket.getProtocol());
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

describe('TLS', () => {
  const file = (name: string) => readFileSync(join(__dirname, 'fixtures', name));
  const tls = { cert: file('test-only-cert.pem'), key: file('test-only-key.pem') };
  let gateway: GatewayUnderTest;

  beforeAll(async () => {
    gateway = await GatewayUnderTest.start({}, { tls });
  });
  afterAll(() => gateway.stop());

  it('speaks 1.2 and 1.3 and refuses 1.1, which the same client can speak to another server', async () => {
    const port = Number(new URL(gateway.url).port);
    expect(gateway.url).toMatch(/^https:/);
    expect(await handshake(port, 'TLSv1.2')).toBe('TLSv1.2');
    expect(await handshake(port, 'TLSv1.3')).toBe('TLSv1.3');
    await expect(handshake(port, 'TLSv1.1')).rejects.toThrow(/protocol version|wrong version|unsupported/i);

    const control = createServer({ ...tls, minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' }, (socket) =>
      socket.end(),
    );
    await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
    expect(await handshake((control.address() as AddressInfo).port, 'TLSv1.1')).toBe('TLSv1.1');
    control.close();
  });
});
