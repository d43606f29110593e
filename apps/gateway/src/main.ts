import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { connectBroker } from '@baize/messaging';
import { loadConfig, runService } from '@baize/runtime';
import { GatewayConfig } from './config';
import { edgeOf } from './edge';
import { readEdgeSettings } from './edge-settings';
import { startGateway } from './gateway';

if (process.argv[2] === 'migrate') {
  // the gateway has no database; launchers may ask every service alike
  process.exit(0);
}

const config = loadConfig(GatewayConfig);

/** Both files or neither: half a pair would quietly serve without TLS. */
function readTls() {
  const { gatewayTlsCert: cert, gatewayTlsKey: key } = config;
  if (!cert !== !key) throw new Error('GATEWAY_TLS_CERT and GATEWAY_TLS_KEY come together');
  return cert && key ? { cert: readFileSync(cert), key: readFileSync(key) } : undefined;
}

void runService({
  name: 'gateway',
  port: config.httpPort,
  host: config.httpHost,
  start: async ({ log }) => {
    const edge = edgeOf(readEdgeSettings(config.gatewayConfig));
    const tls = readTls();
    const broker = await connectBroker({
      url: config.natsUrl,
      user: config.natsUser,
      password: config.natsPassword,
      name: 'gateway',
    });
    const { gatewayHost: host, gatewayPort: port } = config;
    const gateway = await startGateway({ config, edge, broker, log, host, port, tls });
    log.info({ url: gateway.url }, 'listening');
    return {
      checks: { broker: () => broker.flush(), restrictions: () => gateway.checkRestrictions() },
      stop: async () => {
        await gateway.stop();
        await broker.drain();
      },
    };
  },
});
