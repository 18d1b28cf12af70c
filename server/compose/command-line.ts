import type { CommandLineServices } from '../cli/command-line.ts';
import { readConfig } from '../config.ts';
import { runDemo } from './demo.ts';
import { createLog } from './logger.ts';
import { openData } from './open-data.ts';
import { serve } from './serve.ts';
import { version } from './version.ts';

/** What the commands do, for settings of this environment. */
export function createCommandLineServices(
  environment: Readonly<Record<string, string | undefined>>,
): CommandLineServices {
  return {
    version,
    serve: () => serve(readConfig(environment)),
    demo: () => runDemo(environment),
    async openData() {
      const config = readConfig(environment);
      const { logger } = createLog('warn', process.stderr);
      return openData(config, {
        warn: (message) => logger.warn(message),
        onError: (error) => logger.error({ err: error }, 'background work failed'),
        background: false,
      });
    },
  };
}
