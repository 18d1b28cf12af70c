// Sets up a fresh clone so that its npm scripts work; fast if nothing is missing. Plain JavaScript for the
// system's Node (20 or later), because it runs before the pinned Node is installed. Options: --build builds the console
// and the server if their sources have changed; --browser installs a Chromium for tests if there is none, --services
// PostgreSQL and Redis or Valkey, --balancer HAProxy for drills; --agents installs the coding agents of test/agents.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { buildAll } from './build.js';
import { findChromium } from './chromium.js';
import { pinnedNode, root, run, windows } from './project.js';

/** The `node` that npm scripts find first. */
const pinnedLink = join(root, 'node_modules', '.bin', windows ? 'node.cmd' : 'node');
const options = new Set(process.argv.slice(2));

const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];

/**
 * Installs the packages of a folder's lock file unless they are installed.
 *
 * @param folder relative to the root
 * @param withScripts the only packages whose install scripts may run
 * @param isThere checks whether the installation is complete
 * @returns whether anything was installed
 */
function installLocked(folder, what, withScripts, isThere = true) {
  const marker = join(root, folder, 'node_modules', '.setup-lock');
  const lock = readFileSync(join(root, folder, 'package-lock.json'));
  const wanted = createHash('sha256').update(lock).digest('hex');
  if (isThere && existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return false;
  console.log(`Installing ${what} (once) …`);
  const options = ['--include=dev', '--engine-strict=false', '--ignore-scripts', ...quiet];
  run('npm', ['ci', '--prefix', join(root, folder), ...options]);
  runInstallScripts(folder, withScripts);
  writeFileSync(marker, wanted);
  return true;
}

function runInstallScripts(folder, packages) {
  run('npm', ['rebuild', '--prefix', join(root, folder), ...packages, '--ignore-scripts=false', ...quiet]);
}

/** Installs everything in the lock file, including the pinned Node, which its install script downloads. */
function installDependencies() {
  const isNew = installLocked('.', 'dependencies', ['node'], existsSync(pinnedNode));
  if (!isNew && existsSync(pinnedLink)) return;
  if (!existsSync(pinnedLink)) runInstallScripts('.', ['node']);
  if (!existsSync(pinnedNode)) throw new Error('the pinned Node could not be installed: run "npm rebuild node"');
  requirePinnedNode();
}

/** Checks that the pinned Node starts: it needs a library that a minimal Debian lacks. */
function requirePinnedNode() {
  try {
    execFileSync(pinnedNode, ['--version'], { stdio: 'pipe' });
  } catch (error) {
    // Otherwise npm scripts would run it instead of the system's Node and never reach this check again.
    rmSync(pinnedLink, { force: true });
    const missing = /([\w.+-]+\.so[\w.]*): cannot open/.exec(String(error.stderr))?.[1];
    if (missing === undefined)
      throw new Error(`the pinned Node does not start: ${String(error.stderr || error.message).trim()}`);
    const packages = missing.startsWith('libatomic')
      ? ': install it, on Debian and Ubuntu by "apt-get install libatomic1"'
      : '';
    throw new Error(`the pinned Node needs the library ${missing}, which is missing${packages}`);
  }
}

/** Packages whose install scripts install this platform's program. */
function installAgents() {
  installLocked('test/agents', 'the coding agents that are tested', ['@anthropic-ai/claude-code', 'opencode-ai']);
}

const isDebianRoot = existsSync('/etc/debian_version') && process.getuid?.() === 0;

/** @param packages lists of alternatives; the first available one of each list is installed */
function installOnDebian(...packages) {
  run('apt-get', ['update', '-qq']);
  const chosen = packages.map((names) => names.find(isDebianPackage) ?? names[0]);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...chosen]);
}

function isDebianPackage(name) {
  return spawnSync('apt-cache', ['show', name], { stdio: 'ignore' }).status === 0;
}

/** Installs Debian's Chromium if possible, otherwise Playwright's. */
function installBrowser() {
  if (findChromium() !== undefined) return;
  if (isDebianRoot) {
    console.log('Installing Chromium for the browser tests (once) …');
    installOnDebian(['chromium-headless-shell', 'chromium'], ['fonts-noto-cjk']);
    return;
  }
  const cache = join(root, 'node_modules', '.setup-browser');
  if (existsSync(cache) && statSync(cache).isFile()) return;
  console.log("Installing Playwright's Chromium for the browser tests (once) …");
  run('npx', ['playwright', 'install', 'chromium']);
  writeFileSync(cache, '');
}

/** The servers for tests and their Debian packages. Debian does not put PostgreSQL's programs into the path. */
const services = [
  { name: 'PostgreSQL', programs: ['initdb'], folders: ['/usr/lib/postgresql'], packages: ['postgresql'] },
  {
    name: 'Redis or Valkey',
    programs: ['valkey-server', 'redis-server'],
    folders: [],
    packages: ['valkey-server', 'redis-server'],
  },
];

const balancer = { name: 'HAProxy', programs: ['haproxy'], folders: [], packages: ['haproxy'] };

function isInstalled({ programs, folders }) {
  const path = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin'];
  return (
    folders.some((folder) => existsSync(folder)) ||
    programs.some((name) => path.some((folder) => existsSync(join(folder, name))))
  );
}

/** Installs Debian packages if possible; otherwise reports in one line what is missing. */
function installServices(wanted) {
  const missing = wanted.filter((service) => !isInstalled(service));
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(' and ');
  if (!isDebianRoot) {
    console.log(`Not found: ${names}. Tests that need them will be skipped. Install them to run these tests.`);
    return;
  }
  console.log(`Installing ${names} for the tests (once) …`);
  installOnDebian(...missing.map(({ packages }) => packages));
}

try {
  installDependencies();
  if (options.has('--build')) buildAll();
  if (options.has('--browser')) installBrowser();
  if (options.has('--services')) installServices(services);
  if (options.has('--balancer')) installServices([balancer]);
  if (options.has('--agents')) installAgents();
} catch (error) {
  console.error(`Set-up failed: ${error.message}`);
  process.exit(1);
}
