// Builds and runs the image, or emulates that if no builder is available; see check-image.sh.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { validate } from 'dockerfile-utils';
import { buildImage, canBuild } from './build-image.ts';
import { carryOut, type ImageConfig, parseDockerfile, type StandInImage } from './image-steps.ts';
import { type Launch, type Run, type RunOptions, runImage } from './run-image.ts';

const project = join(import.meta.dirname, '..');
const asRoot = process.getuid?.() === 0;

function fail(message: string): never {
  console.error(`image: ${message}`);
  process.exit(1);
}

function lint(text: string): void {
  const findings = validate(text);
  for (const { range, message } of findings) console.error(`Dockerfile:${range.start.line + 1}: ${message}`);
  if (findings.length > 0) fail('the Dockerfile has errors');
  for (const script of ['docker-entrypoint.sh', 'enter-image.sh'])
    execFileSync('sh', ['-n', join(project, 'deploy', script)]);
}

/** The files in the build context of `docker build .`. */
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

/** Creates a folder with the pinned Node as `node`, the machine's npm, and an `id` that knows the image's user. */
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

/** Starts the image's program in the folder that emulates its file system. */
function launchStandIn(image: StandInImage, nodeFolder: string, data: string, port: number): Launch {
  const command = [...image.entrypoint, ...image.command].map((word) =>
    word.startsWith('/app/') ? join(image.root, word) : word,
  );
  const environment = { ...image.environment, HOST: '127.0.0.1', PORT: String(port), DATA_DIR: data };
  return {
    command,
    environment: { ...environment, PATH: `${nodeFolder}:${process.env.PATH}` },
    folder: join(image.root, image.workdir),
  };
}

function checkConfig({ volumes, ports, healthcheck, environment }: ImageConfig, root: string): void {
  if (!volumes.includes('/app/data')) fail('VOLUME /app/data is missing');
  if (!ports.includes('8000')) fail('EXPOSE 8000 is missing');
  if (!healthcheck.includes('/health')) fail('HEALTHCHECK on /health is missing');
  if (environment.HOST !== '0.0.0.0') fail('HOST=0.0.0.0 is missing');
  for (const left of ['node_modules', 'server', 'console']) {
    if (existsSync(join(root, 'app', left)))
      fail(`${left} must not be in the image, which needs only the build output`);
  }
}

/** Runs the image on a folder and checks the owner of the database. */
async function expectRun(what: string, run: Promise<Run>, expectedOwner: number | undefined): Promise<void> {
  const { log, databaseOwner } = await run.catch((error: Error) => fail(`${what}: ${error.message}`));
  if (!log.includes('🔐 初始管理员密码: ')) fail(`${what}: the initial password was not printed:\n${log}`);
  if (expectedOwner !== undefined && databaseOwner !== expectedOwner) {
    fail(`${what}: the database belongs to ${databaseOwner} and not to ${expectedOwner}`);
  }
  console.log(`image: ${what}: started, healthy, stopped`);
}

async function checkStandIn(dockerfile: string, context: string): Promise<void> {
  const nodeFolder = programs();
  const image = carryOut(parseDockerfile(dockerfile), context, nodeFolder);
  mkdirSync(dirname(join(image.root, '/app/data')), { recursive: true });
  checkConfig(image, image.root);
  const own = process.getuid?.() ?? 0;
  const run = (options: RunOptions) => runImage((...at) => launchStandIn(image, nodeFolder, ...at), options);
  await expectRun("a folder of the caller's", run({ dataOwner: own }), asRoot ? imageUser : own);
  if (asRoot) await expectRun("another user's folder", run({ dataOwner: stranger }), stranger);
  const size = execFileSync('du', ['-sm', join(image.root, 'app')], { encoding: 'utf8' }).split('\t')[0];
  console.log(`image: /app takes ${size} MB; emulated without a builder`);
  for (const folder of [nodeFolder, ...image.roots]) rmSync(folder, { recursive: true, force: true });
}

async function checkRealImage(context: string): Promise<void> {
  const image = buildImage(context);
  try {
    checkConfig(image.config, image.root);
    const run = (options: RunOptions) => runImage((data, port) => image.launch(data, port, options), options);
    const confined = true;
    await expectRun("root's folder", run({ dataOwner: 0 }), imageUser);
    await expectRun("another user's folder", run({ dataOwner: stranger }), stranger);
    await expectRun('--user', run({ dataOwner: stranger, user: stranger }), stranger);
    await expectRun(
      '--read-only --cap-drop=ALL --user',
      run({ dataOwner: stranger, user: stranger, confined }),
      stranger,
    );
    await expectRun('--read-only --cap-drop=ALL', run({ dataOwner: 0, confined }), 0);
    console.log(`image: built; its layers add ${(image.size / 1e6).toFixed(0)} MB to node:26-slim`);
  } finally {
    image.remove();
  }
}

const imageUser = 1000;
const stranger = 12_345;
const dockerfile = readFileSync(join(project, 'Dockerfile'), 'utf8');
lint(dockerfile);
const context = copyContext();
if (canBuild()) await checkRealImage(context);
else await checkStandIn(dockerfile, context);
rmSync(context, { recursive: true, force: true });
