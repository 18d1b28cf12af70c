// Brings a fresh clone to where its npm scripts work, and is quick when nothing is missing. Plain JavaScript for the
// system's Node (20 or later): it runs before the pinned Node is there. Options: --console builds the web console when
// its sources changed; --browser makes sure that tests find a Chromium.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const windows = process.platform === 'win32';
const options = new Set(process.argv.slice(2));

/** Runs a program in the project's root and shows what it prints. */
function run(command, args) {
  execFileSync(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], shell: windows });
}

/** The pinned Node and everything in the lock file, installed when the lock file is newer than the last install. */
function installDependencies() {
  const lock = join(root, 'package-lock.json');
  const marker = join(root, 'node_modules', '.setup-lock');
  const wanted = createHash('sha256').update(readFileSync(lock)).digest('hex');
  const installed = existsSync(marker) ? readFileSync(marker, 'utf8') : '';
  const pinnedNode = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');
  if (installed === wanted && existsSync(pinnedNode)) return;
  console.log('Installing dependencies (once) …');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  // npm may be told not to run install scripts; the pinned Node is fetched by one.
  if (!existsSync(pinnedNode)) run('npm', ['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error']);
  if (!existsSync(pinnedNode)) throw new Error('the pinned Node could not be installed: run "npm rebuild node"');
  writeFileSync(marker, wanted);
}

/** Names, sizes and times of the files below a folder, as one digest. */
function fingerprint(folders) {
  const hash = createHash('sha256');
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath ?? entry.path, entry.name);
      hash.update(`${path}\0`).update(readFileSync(path));
    }
  }
  return hash.update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
}

function buildConsole() {
  if (!existsSync(join(root, 'console', 'vite.config.ts'))) return;
  const marker = join(root, 'dist', 'console', '.built-from');
  const wanted = fingerprint(['console', 'contract']);
  if (existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return;
  console.log('Building the console (once) …');
  const node = join(root, 'node_modules', 'node', 'bin', windows ? 'node.exe' : 'node');
  run(node, [
    join('node_modules', 'vite', 'bin', 'vite.js'),
    'build',
    '--config',
    'console/vite.config.ts',
    '--logLevel',
    'warn',
  ]);
  run(node, [join('scripts', 'compress-console.js')]);
  mkdirSync(dirname(marker), { recursive: true });
  writeFileSync(marker, wanted);
}

const systemChromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Debian's Chromium where the package can be installed, elsewhere Playwright's own. */
function installBrowser() {
  if (systemChromium.some((path) => existsSync(path))) return;
  const debianRoot = existsSync('/etc/debian_version') && process.getuid?.() === 0;
  if (debianRoot) {
    console.log('Installing Chromium for the browser tests (once) …');
    run('apt-get', ['update', '-qq']);
    run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-noto-cjk']);
    return;
  }
  const cache = join(root, 'node_modules', '.setup-browser');
  if (existsSync(cache) && statSync(cache).isFile()) return;
  console.log("Installing Playwright's Chromium for the browser tests (once) …");
  run('npx', ['playwright', 'install', 'chromium']);
  writeFileSync(cache, '');
}

try {
  installDependencies();
  if (options.has('--console')) buildConsole();
  if (options.has('--browser')) installBrowser();
} catch (error) {
  console.error(`Set-up failed: ${error.message}`);
  process.exit(1);
}
