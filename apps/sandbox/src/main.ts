import { payUsage, readPayOptions } from './pay/pay-options';
import { runPay } from './pay/run-pay';
import { playUsage, readPlayOptions } from './play/play-options';
import { runPlay } from './play/run-play';
import { serve } from './serve/serve';

/** `play` and `pay` work against a running platform and exit; without a command the sandbox serves its pages. */
async function main([command = 'serve', ...args]: string[]): Promise<void> {
  if (command === 'serve') return serve();
  if (command === 'play' && !args.includes('--help')) {
    process.exitCode = await runPlay(readPlayOptions(args));
    return;
  }
  if (command === 'pay' && !args.includes('--help')) {
    process.exitCode = await runPay(readPayOptions(args));
    return;
  }
  process.stdout.write(`${playUsage}\n\n${payUsage}\n`);
  process.exitCode = ['play', 'pay', 'help', '--help'].includes(command) ? 0 : 2;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
});
