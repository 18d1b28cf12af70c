// Runs for `node server/main.ts`: if a file is missing, Node tries the name with `.js` appended. This way, even a Node
// version that cannot run TypeScript can print in one line what to run instead.
import { nodeIsTooOld, oldestNode } from '../bin/oldest-node.js';

if (nodeIsTooOld) {
  console.error(
    `atlassian-proxy: this is Node ${process.versions.node}, but ${oldestNode} or later is needed: run "npm start", which brings it`,
  );
  process.exitCode = 1;
} else {
  await import('./start.ts');
}
