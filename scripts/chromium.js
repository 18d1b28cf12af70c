import { existsSync } from 'node:fs';

/** The system's Chromium; undefined if none is installed. The headless shell takes two thirds of the processor time. */
export function findChromium() {
  return [
    '/usr/bin/chromium-headless-shell',
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ].find((path) => existsSync(path));
}
