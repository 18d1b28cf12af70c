// What `node server/main.ts` runs: where a file is missing, Node tries the name with `.js` added. A Node that cannot read
// TypeScript can so be told in one line what to run instead.
import { nodeIsTooOld, oldestNode } from '../bin/oldest-node.js';

if (nodeIsTooOld) {
  console.error(
    `atlassian-proxy: this is Node ${process.versions.node}, but ${oldestNode} or later is needed: run "npm start", which brings it`,
  );
  process.exitCode = 1;
} else {
  await import('./start.ts');
}
