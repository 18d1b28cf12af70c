import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';

export interface Instruction {
  readonly keyword: string;
  readonly rest: string;
}

/** A Dockerfile's instructions, continued lines joined, comments dropped. */
export function parseDockerfile(text: string): Instruction[] {
  const joined = text.replaceAll(/^\s*#.*$/gm, '').replaceAll(/\\\r?\n/g, ' ');
  return joined
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line) => {
      const [keyword = '', ...rest] = line.split(/\s+/);
      return { keyword: keyword.toUpperCase(), rest: rest.join(' ') };
    });
}

/** An image's start configuration. */
export interface ImageConfig {
  readonly workdir: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly volumes: readonly string[];
  readonly ports: readonly string[];
  readonly healthcheck: string;
}

/** An image whose steps were executed in temporary folders. */
export interface StandInImage extends ImageConfig {
  /** The folder that emulates the image's `/`. */
  readonly root: string;
  /** The folders of all stages, including this one; delete them at the end. */
  readonly roots: readonly string[];
}

interface Stage {
  root: string;
  workdir: string;
  environment: Record<string, string>;
  entrypoint: string[];
  command: string[];
  volumes: string[];
  ports: string[];
  healthcheck: string;
}

/**
 * Executes a Dockerfile's steps in temporary folders, one per stage. The machine's own programs replace those of the
 * base image, except Node, which comes first in the path.
 *
 * @param context the build context without ignored files
 * @param nodeFolder folder of Node's and npm's programs
 */
export function carryOut(instructions: readonly Instruction[], context: string, nodeFolder: string): StandInImage {
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  for (const { keyword, rest } of instructions) {
    if (keyword === 'FROM') {
      stage = newStage();
      stages.set(/ as (\S+)$/i.exec(rest)?.[1] ?? String(stages.size), stage);
      continue;
    }
    if (stage === undefined) throw new Error(`${keyword} comes before FROM`);
    step(stage, stages, keyword, rest, context, nodeFolder);
  }
  if (stage === undefined) throw new Error('the Dockerfile has no FROM');
  return { ...stage, roots: [...stages.values()].map(({ root }) => root) };
}

function newStage(): Stage {
  const root = mkdtempSync(join(tmpdir(), 'image-'));
  // The program may run as another user.
  chmodSync(root, 0o755);
  return { root, workdir: '/', environment: {}, entrypoint: [], command: [], volumes: [], ports: [], healthcheck: '' };
}

function step(
  stage: Stage,
  stages: ReadonlyMap<string, Stage>,
  keyword: string,
  rest: string,
  context: string,
  nodeFolder: string,
): void {
  const inside = (path: string) => join(stage.root, resolve(stage.workdir, path));
  switch (keyword) {
    case 'WORKDIR':
      stage.workdir = resolve(stage.workdir, rest);
      mkdirSync(inside('.'), { recursive: true });
      return;
    case 'ENV':
      for (const pair of rest.split(' '))
        stage.environment[pair.split('=', 1)[0] ?? ''] = pair.slice(pair.indexOf('=') + 1);
      return;
    case 'COPY':
      copy(rest, inside, stages, context);
      return;
    case 'RUN':
      execFileSync('sh', ['-ec', rest], {
        cwd: inside('.'),
        env: { ...process.env, ...stage.environment, PATH: `${nodeFolder}:${process.env.PATH}` },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      return;
    case 'VOLUME':
      stage.volumes.push(rest);
      return;
    case 'EXPOSE':
      stage.ports.push(rest);
      return;
    case 'HEALTHCHECK':
      stage.healthcheck = rest;
      return;
    case 'ENTRYPOINT':
      stage.entrypoint = readList(rest);
      return;
    case 'CMD':
      stage.command = readList(rest);
      return;
    default:
      throw new Error(`the emulation does not support ${keyword}`);
  }
}

function copy(
  rest: string,
  inside: (path: string) => string,
  stages: ReadonlyMap<string, Stage>,
  context: string,
): void {
  const words = rest.split(' ');
  const flags = words.filter((word) => word.startsWith('--'));
  const paths = words.filter((word) => !word.startsWith('--'));
  const from = flags.find((flag) => flag.startsWith('--from='))?.slice('--from='.length);
  const source = from === undefined ? context : stages.get(from)?.root;
  if (source === undefined) throw new Error(`COPY from an unknown stage: ${rest}`);
  const mode = flags.find((flag) => flag.startsWith('--chmod='))?.slice('--chmod='.length);
  const target = paths.at(-1) ?? '.';
  for (const path of paths.slice(0, -1)) {
    const origin = join(source, path);
    if (!existsSync(origin)) throw new Error(`COPY of a missing path: ${path}`);
    const isFolder = statSync(origin).isDirectory();
    const destination = !isFolder && /(^|\/)\.?$/.test(target) ? join(inside(target), basename(path)) : inside(target);
    mkdirSync(dirname(destination), { recursive: true });
    cpSync(origin, destination, { recursive: true, verbatimSymlinks: true });
    if (mode !== undefined) chmodSync(destination, Number.parseInt(mode, 8));
  }
}

function readList(text: string): string[] {
  const value: unknown = JSON.parse(text);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  throw new Error(`not a list of words: ${text}`);
}
