// Stands in for `docker build` and `docker run` where no engine is: see check-image.sh.
import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { type BuiltImage, carryOut, parseDockerfile } from './image-steps.ts';

const project = join(import.meta.dirname, '..');
const asRoot = process.getuid?.() === 0;

function fail(message: string): never {
  console.error(`image: ${message}`);
  process.exit(1);
}

function lint(text: string): void {
  const findings = validate(text);
  for (const { range, message } of findings) console.error(`Dockerfile:${range.start.line + 1}: ${message}`);
  if (findings.length > 0) fail('the Dockerfile has faults');
  const shell = execFileSync('sh', ['-n', join(project, 'deploy/docker-entrypoint.sh')]);
  if (shell.length > 0) fail('the entrypoint has faults');
}

/** The files that `docker build .` would see. */
function copyContext(): string {
  const context = mkdtempSync(join(tmpdir(), 'context-'));
  const ignored = readFileSync(join(project, '.dockerignore'), 'utf8').split('\n').filter(Boolean);
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: project,
  });
  for (const path of listed.toString('utf8').split('\0').filter(Boolean)) {
    const isIgnored = ignored.some((rule) => path === rule || path.startsWith(`${rule}/`));
    if (!isIgnored && existsSync(join(project, path))) cpSync(join(project, path), join(context, path));
  }
  return context;
}

/** A folder with the pinned Node as `node`, the machine's npm, and an `id` that knows the image's user. */
function programs(): string {
  const folder = mkdtempSync(join(tmpdir(), 'programs-'));
  chmodSync(folder, 0o755);
  cpSync(join(project, 'node_modules/node/bin/node'), join(folder, 'node'), { dereference: true });
  const npm = execFileSync('sh', ['-c', 'readlink -f "$(command -v npm)"']).toString().trim();
  symlinkSync(npm, join(folder, 'npm'));
  writeFileSync(
    join(folder, 'id'),
    '#!/bin/sh\ncase "$*" in "-u node"|"-g node") echo 1000;; *) exec /usr/bin/id "$@";; esac\n',
  );
  chmodSync(join(folder, 'id'), 0o755);
  return folder;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

interface Run {
  readonly log: string;
  readonly databaseOwner: number;
}

/** Starts the image as `docker run` would, waits until it is healthy, stops it as `docker stop` would. */
async function start(image: BuiltImage, nodeFolder: string, owner: number | undefined): Promise<Run> {
  const data = mkdtempSync(join(tmpdir(), 'volume-'));
  if (owner !== undefined) chownSync(data, owner, owner);
  const port = await freePort();
  const words = [...image.entrypoint, ...image.command].map((word) =>
    word.startsWith('/app/') ? join(image.root, word) : word,
  );
  const [program = '', ...rest] = words;
  const child = spawn(program, rest, {
    cwd: join(image.root, image.workdir),
    env: {
      ...image.environment,
      HOST: '127.0.0.1',
      PORT: String(port),
      DATA_DIR: data,
      PATH: `${nodeFolder}:${process.env.PATH}`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const healthy = new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      log += chunk.toString('utf8');
      if (log.includes(`:${port}`)) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void exited.then((code) => reject(new Error(`the start command ended with ${code}:\n${log}`)));
  });
  await healthy;
  const health = await fetch(`http://127.0.0.1:${port}/health`);
  if (!health.ok) fail(`/health answered ${health.status}`);
  const page = await fetch(`http://127.0.0.1:${port}/admin/`);
  if (!(await page.text()).includes('<script')) fail('the console is not in the image');
  child.kill('SIGTERM');
  const code = await exited;
  if (code !== 0) fail(`stopping ended with ${code}:\n${log}`);
  const databaseOwner = statSync(join(data, 'database.db')).uid;
  rmSync(data, { recursive: true, force: true });
  return { log, databaseOwner };
}

const dockerfile = readFileSync(join(project, 'Dockerfile'), 'utf8');
lint(dockerfile);
const context = copyContext();
const nodeFolder = programs();
const image = carryOut(parseDockerfile(dockerfile), context, nodeFolder);
mkdirSync(dirname(join(image.root, '/app/data')), { recursive: true });

if (!image.volumes.includes('/app/data')) fail('VOLUME /app/data is missing');
if (!image.ports.includes('8000')) fail('EXPOSE 8000 is missing');
if (!image.healthcheck.includes('/health')) fail('HEALTHCHECK on /health is missing');
if (image.environment.HOST !== '0.0.0.0') fail('HOST=0.0.0.0 is missing');
for (const left of ['node_modules', 'server', 'console']) {
  if (existsSync(join(image.root, 'app', left))) fail(`${left} is in the image, which needs nothing but what is built`);
}

const plain = await start(image, nodeFolder, undefined);
if (!plain.log.includes('🔐 初始管理员密码: ')) fail(`the first password is not printed:\n${plain.log}`);
if (asRoot && plain.databaseOwner !== 1000) fail(`a folder of root's ended up with ${plain.databaseOwner}`);
if (asRoot) {
  const foreign = await start(image, nodeFolder, 12_345);
  if (foreign.databaseOwner !== 12_345) fail(`a folder of 12345's ended up with ${foreign.databaseOwner}`);
}
const size = execFileSync('du', ['-sm', join(image.root, 'app')])
  .toString()
  .split('\t')[0];
console.log(`image: steps carried out, started and stopped; /app takes ${size} MB`);
for (const folder of [context, nodeFolder, ...image.roots]) rmSync(folder, { recursive: true, force: true });
