import { playUsage, readPlayOptions } from './play/play-options';
import { runPlay } from './play/run-play';
import { serve } from './serve/serve';

/** `play` plays against a running platform and exits; without a command the sandbox serves its pages. */
async function main([command, ...args]: string[]): Promise<void> {
  if (command === undefined || command === 'serve') return serve();
  if (command !== 'play' || args.includes('--help')) {
    process.stdout.write(`${playUsage}\n`);
    process.exitCode = command === 'play' || command === 'help' || command === '--help' ? 0 : 2;
    return;
  }
  try {
    process.exitCode = await runPlay(readPlayOptions(args));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 2;
  }
}

void main(process.argv.slice(2));
