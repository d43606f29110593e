import 'reflect-metadata';
import { createLogger, loadConfig, runService } from '@baize/runtime';
import { WalletConfig } from '../../src/config';
import { startWallet } from '../../src/service';
import { doubleDialect } from './double-dialect';

/** A wallet as its own process, with the tests' PSPs. */
const config = loadConfig(WalletConfig);
const log = createLogger('wallet');
void runService({
  ...{ name: 'wallet', port: config.httpPort, host: config.httpHost, log },
  start: () => startWallet(config, log, [doubleDialect('one'), doubleDialect('two')]),
});
