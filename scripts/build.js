// Builds the console and the server into `dist/`, each if it is missing or older than its sources.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pinnedNode, root, run } from './project.js';

/** Falls back to the running Node if the pinned one is not installed (in the image). */
const node = existsSync(pinnedNode) ? pinnedNode : process.execPath;

/** The build targets and their source folders. */
const builds = [
  { name: 'console', config: 'console/vite.config.ts', sources: ['console', 'contract'] },
  { name: 'server', config: 'server/vite.config.ts', sources: ['server', 'contract', 'simulator'] },
];

/** A digest of the lock file and all sources in the folders. */
function fingerprint(folders) {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || /\.test\.tsx?$/.test(entry.name)) continue;
      const path = join(entry.parentPath ?? entry.path, entry.name);
      hash.update(`${path}\0`).update(readFileSync(path));
    }
  }
  return hash.digest('hex');
}

/** Builds all targets that are missing or outdated. */
export function buildAll() {
  for (const { name, config, sources } of builds) {
    const marker = join(root, 'dist', name, '.built-from');
    const wanted = fingerprint(sources);
    if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) continue;
    console.log(`Building the ${name} …`);
    const vite = join('node_modules', 'vite', 'bin', 'vite.js');
    // Tests set NODE_ENV, and Vite would then build React for development.
    run(node, [vite, 'build', '--config', config, '--logLevel', 'warn'], { NODE_ENV: 'production' });
    if (name === 'console') run(node, [join('scripts', 'compress-console.js')]);
    writeFileSync(marker, wanted);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) buildAll();
