import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/**
 * Builds the server and the console if they are outdated. Installs nothing, because that would replace the running
 * Node.
 */
export default function build(): void {
  execFileSync(process.execPath, [join(import.meta.dirname, '../../scripts/build.js')], {
    stdio: 'inherit',
  });
}
