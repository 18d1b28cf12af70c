// Brings a fresh clone to where its npm scripts work, and is quick when nothing is missing. Plain JavaScript for the
// system's Node (20 or later): it runs before the pinned Node is there. Options: --build builds the console and the
// server when their sources changed; --browser makes sure that tests find a Chromium, --services that they find
// PostgreSQL and Redis or Valkey, --balancer that drills find HAProxy; --agents installs the coding agents of test/agents.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { buildAll } from './build.js';
import { pinnedNode, root, run, windows } from './project.js';

/** What npm scripts find first when they run `node`. */
const pinnedLink = join(root, 'node_modules', '.bin', windows ? 'node.cmd' : 'node');
const options = new Set(process.argv.slice(2));

const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];

/**
 * Installs what a folder's lock file names, unless it is installed already.
 *
 * @param folder relative to the root
 * @param withScripts of all packages, only those whose install scripts are run
 * @param isThere whether what was installed can still be found
 * @returns whether it had to be installed
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

/** The pinned Node, which its install script fetches, and everything in the lock file. */
function installDependencies() {
  const isNew = installLocked('.', 'dependencies', ['node'], existsSync(pinnedNode));
  if (!isNew && existsSync(pinnedLink)) return;
  if (!existsSync(pinnedLink)) runInstallScripts('.', ['node']);
  if (!existsSync(pinnedNode)) throw new Error('the pinned Node could not be installed: run "npm rebuild node"');
  requirePinnedNode();
}

/** The pinned Node is a binary that needs a library which a bare Debian lacks. */
function requirePinnedNode() {
  try {
    execFileSync(pinnedNode, ['--version'], { stdio: 'pipe' });
  } catch (error) {
    // npm scripts would run it instead of the system's Node, and never come here again.
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

/** Their install scripts put the program of this system in its place. */
function installAgents() {
  installLocked('test/agents', 'the coding agents that are tested', ['@anthropic-ai/claude-code', 'opencode-ai']);
}

const isDebianRoot = existsSync('/etc/debian_version') && process.getuid?.() === 0;

/** @param packages of each list, the first one that Debian has is installed */
function installOnDebian(...packages) {
  run('apt-get', ['update', '-qq']);
  const chosen = packages.map((names) => names.find(isDebianPackage) ?? names[0]);
  run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...chosen]);
}

function isDebianPackage(name) {
  return spawnSync('apt-cache', ['show', name], { stdio: 'ignore' }).status === 0;
}

const systemChromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Debian's Chromium where the package can be installed, elsewhere Playwright's own. */
function installBrowser() {
  if (systemChromium.some((path) => existsSync(path))) return;
  if (isDebianRoot) {
    console.log('Installing Chromium for the browser tests (once) …');
    installOnDebian(['chromium'], ['fonts-noto-cjk']);
    return;
  }
  const cache = join(root, 'node_modules', '.setup-browser');
  if (existsSync(cache) && statSync(cache).isFile()) return;
  console.log("Installing Playwright's Chromium for the browser tests (once) …");
  run('npx', ['playwright', 'install', 'chromium']);
  writeFileSync(cache, '');
}

/** Servers that tests run on, and Debian's packages of each. Debian keeps PostgreSQL's programs out of the path. */
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

/** Debian's packages where they can be installed; elsewhere one line says what is missing. */
function installServices(wanted) {
  const missing = wanted.filter((service) => !isInstalled(service));
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(' and ');
  if (!isDebianRoot) {
    console.log(`Not found: ${names}. What is tested with them will be skipped; install them to have it tested.`);
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
