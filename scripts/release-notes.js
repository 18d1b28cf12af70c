// Prints a version's section of the changelog. Fails if the tag, package.json and the changelog do not match. Usage:
// `node scripts/release-notes.js v1.2.3`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './project.js';

const tag = process.argv[2] ?? '';
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const changelog = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');

function fail(message) {
  console.error(`release: ${message}`);
  process.exit(1);
}

if (tag !== `v${version}`) fail(`the tag is "${tag}", package.json has version ${version}`);
const [, ...sections] = changelog.split(/^## /m);
const section = sections.find((text) => text.startsWith(`${version} `));
if (section === undefined) fail(`CHANGELOG.md has no section ${version}`);
const [heading = '', ...lines] = section.split('\n');
if (!/ — \d{4}-\d{2}-\d{2}$/.test(heading))
  fail(`CHANGELOG.md gives no date for ${version}: "## ${version} — YYYY-MM-DD"`);
console.log(lines.join('\n').trim());
