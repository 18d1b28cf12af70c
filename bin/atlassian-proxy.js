#!/usr/bin/env node
// Starts the built server. Plain JavaScript that also runs on an old Node, to tell the user what to do.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { nodeIsTooOld, oldestNode } from './oldest-node.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const program = join(root, 'dist', 'server', 'main.js');
// Exists only in a clone of the repository.
const pinnedNode = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

function fail(message) {
  console.error(`atlassian-proxy: ${message}`);
  process.exitCode = 1;
}

function runWithPinnedNode() {
  const child = spawn(pinnedNode, [program, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // npx ends on SIGTERM without forwarding it.
  const parent = process.ppid;
  setInterval(() => process.ppid === parent || child.kill('SIGTERM'), 500).unref();
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 1));
}

if (!existsSync(program)) {
  fail('it is not built yet: run "npm run build"');
} else if (!nodeIsTooOld) {
  await import(pathToFileURL(program).href);
} else if (existsSync(pinnedNode)) {
  runWithPinnedNode();
} else {
  fail(
    `this is Node ${process.versions.node}, but ${oldestNode} or later is needed: npx --package=node@${oldestNode} --package=atlassian-proxy atlassian-proxy`,
  );
}
