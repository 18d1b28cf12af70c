// Runs dependency-cruiser over the sources. Also fails if it found no modules: without a supported TypeScript parser it
// finds 0 modules and reports success.
import { cruise } from 'dependency-cruiser';
import rules from '../.dependency-cruiser.cjs';

const { forbidden, options } = rules;
const result = await cruise(['server', 'contract', 'console', 'simulator'], {
  ...options,
  ruleSet: { forbidden },
  validate: true,
});
const { summary, modules } = result.output;
const sources = modules.filter((module) => /^(server|contract|console|simulator)\//.test(module.source));
for (const { rule, from, to } of summary.violations) console.error(`${rule.severity}  ${rule.name}: ${from} → ${to}`);
const seesImports = sources.some((module) => module.dependencies.length > 0);
if (sources.length < 50 || !seesImports) {
  console.error(`error  found only ${sources.length} modules: the parser does not support TypeScript`);
  process.exit(1);
}
console.log(`layers: ${sources.length} modules, ${summary.error} errors`);
process.exit(summary.error > 0 ? 1 : 0);
