import { readFileSync } from 'node:fs';

/** The minimum major version of Node, from package.json. */
export const oldestNode = readOldestNode(new URL('../package.json', import.meta.url));

/** Whether this process's Node is too old. */
export const nodeIsTooOld = Number.parseInt(process.versions.node, 10) < oldestNode;

function readOldestNode(manifest) {
  const { engines } = JSON.parse(readFileSync(manifest, 'utf8'));
  return Number(engines.node.replace('>=', ''));
}
