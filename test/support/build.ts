import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** Builds the server and the console, unless they are up to date. It installs nothing: that would replace the Node that runs this. */
export default function build(): void {
  execFileSync(process.execPath, [join(import.meta.dirname, '../../scripts/build.js')], {
    stdio: 'inherit',
  });
}
