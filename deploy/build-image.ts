import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { ImageConfig } from './image-steps.ts';
import type { Launch, RunOptions } from './run-image.ts';

/** An image built by buildah from the actual Dockerfile. */
export interface RealImage {
  readonly config: ImageConfig;
  /** Mount point of its file system. */
  readonly root: string;
  /** Size of its layers without the base image, in bytes. */
  readonly size: number;
  launch(data: string, port: number, options: RunOptions): Launch;
  /** Unmounts and deletes it. */
  remove(): void;
}

const project = join(import.meta.dirname, '..');
const name = 'localhost/atlassian-proxy:check';
const base = 'docker.io/library/node:26-slim';
/** The capabilities that Docker grants root in a container. */
const dockerCapabilities =
  '-all,+chown,+dac_override,+fowner,+fsetid,+kill,+setgid,+setuid,+setpcap,+net_bind_service,+net_raw,+sys_chroot,' +
  '+mknod,+audit_write,+setfcap';

/** vfs needs no kernel support, so it also works inside a container. */
const buildah = (...args: string[]) =>
  execFileSync('buildah', ['--storage-driver', 'vfs', ...args], {
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
    stdio: ['ignore', 'pipe', 'pipe'],
  }).trim();

/** buildah needs no engine, but root. */
export function canBuild(): boolean {
  return process.getuid?.() === 0 && hasProgram('buildah') && hasProgram('unshare') && hasProgram('setpriv');
}

function hasProgram(program: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const inspection = z.object({
  OCIv1: z.object({
    config: z.object({
      Env: z.array(z.string()).default([]),
      Entrypoint: z.array(z.string()).default([]),
      Cmd: z.array(z.string()).default([]),
      Volumes: z.record(z.string(), z.unknown()).default({}),
      ExposedPorts: z.record(z.string(), z.unknown()).default({}),
      WorkingDir: z.string().default('/'),
    }),
  }),
  Docker: z.object({ config: z.object({ Healthcheck: z.object({ Test: z.array(z.string()) }).optional() }) }),
});

/** Builds the Dockerfile. @param context the build context without ignored files */
export function buildImage(context: string): RealImage {
  provideBase();
  // The Docker format supports health checks. Do not pull: use the base image prepared here.
  buildah('bud', '--isolation', 'chroot', '--format', 'docker', '--pull-never', '--tag', name, context);
  const { OCIv1, Docker } = inspection.parse(JSON.parse(buildah('inspect', '--type', 'image', name)));
  const { config } = OCIv1;
  const container = buildah('from', '--pull-never', name);
  const root = buildah('mount', container);
  const environment = Object.fromEntries(config.Env.map((pair) => pair.split(/=(.*)/s).slice(0, 2)));
  return {
    config: {
      workdir: config.WorkingDir,
      environment,
      entrypoint: config.Entrypoint,
      command: config.Cmd,
      volumes: Object.keys(config.Volumes),
      ports: Object.keys(config.ExposedPorts).map((port) => port.replace('/tcp', '')),
      healthcheck: Docker.config.Healthcheck?.Test.join(' ') ?? '',
    },
    root,
    size: sizeOf(name) - sizeOf(base),
    launch: (data, port, { user = 0, confined = false }) => ({
      command: [
        'unshare',
        '--mount',
        join(import.meta.dirname, 'enter-image.sh'),
        ...[root, data, confined ? 'yes' : 'no', confined ? '-all' : dockerCapabilities, String(user)],
        ...config.Entrypoint,
        ...config.Cmd,
      ],
      environment: { ...environment, PORT: String(port) },
      folder: project,
    }),
    remove() {
      buildah('umount', container);
      buildah('rm', container);
      buildah('rmi', name);
    },
  };
}

function sizeOf(image: string): number {
  const [entry] = z.array(z.object({ size: z.string() })).parse(JSON.parse(buildah('images', '--json', image)));
  const [, number = '0', unit = 'B'] = /^([\d.]+) ?(\w+)$/.exec(entry?.size ?? '') ?? [];
  return Number(number) * ({ kB: 1e3, KB: 1e3, MB: 1e6, GB: 1e9 }[unit] ?? 1);
}

/** Pulls Node's image if possible; otherwise builds an equivalent one from Debian and the pinned Node. */
function provideBase(): void {
  try {
    buildah('inspect', '--type', 'image', base);
    return;
  } catch {
    // It does not exist yet.
  }
  try {
    buildah('pull', base);
    return;
  } catch {
    console.log('image: node:26-slim cannot be pulled, so a base is made of Debian and the pinned Node …');
  }
  makeBase();
}

function makeBase(): void {
  const folder = mkdtempSync(join(tmpdir(), 'base-'));
  const packages = 'libatomic1';
  execFileSync('debootstrap', ['--variant=minbase', `--include=${packages}`, 'stable', folder, debianMirror()], {
    stdio: 'ignore',
  });
  const programs = join(folder, 'usr/local/bin');
  copyFileSync(join(project, 'node_modules/node/bin/node'), join(programs, 'node'));
  const npm = execFileSync('sh', ['-c', 'readlink -f "$(command -v npm)"'], { encoding: 'utf8' }).trim();
  mkdirSync(join(folder, 'usr/local/lib/node_modules'), { recursive: true });
  cpSync(dirname(dirname(npm)), join(folder, 'usr/local/lib/node_modules/npm'), { recursive: true });
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(programs, 'npm'));
  execFileSync('chroot', [folder, 'useradd', '--uid', '1000', '--user-group', '--create-home', 'node']);
  const environment = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];
  // The build must trust the same certificates as the machine.
  const { NODE_EXTRA_CA_CERTS: certificates } = process.env;
  if (certificates !== undefined && existsSync(certificates)) {
    copyFileSync(certificates, join(folder, 'usr/local/share/extra-certificates.pem'));
    environment.push('NODE_EXTRA_CA_CERTS=/usr/local/share/extra-certificates.pem');
  }
  const container = buildah('from', 'scratch');
  buildah('copy', '--quiet', container, folder, '/');
  buildah('config', ...environment.flatMap((pair) => ['--env', pair]), container);
  buildah('commit', '--quiet', '--rm', container, base);
  rmSync(folder, { recursive: true, force: true });
}

/** The machine's package mirror, if it runs Debian. */
function debianMirror(): string {
  if (!/^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'))) return 'http://deb.debian.org/debian';
  const format = ['indextargets', '--format', '$(SITE)', 'Identifier: Packages'];
  return execFileSync('apt-get', format, { encoding: 'utf8' }).split('\n')[0] ?? '';
}
