import { readFileSync } from 'node:fs';

/** The oldest major version of Node that the program runs on, as package.json says. */
export const oldestNode = readOldestNode(new URL('../package.json', import.meta.url));

/** Whether this process's Node is older than that. */
export const nodeIsTooOld = Number.parseInt(process.versions.node, 10) < oldestNode;

function readOldestNode(manifest) {
  const { engines } = JSON.parse(readFileSync(manifest, 'utf8'));
  return Number(engines.node.replace('>=', ''));
}
