import type { Command } from 'commander';
import { describeFinding, type Finding } from '../../contract/doctor.ts';
import type { RoutePlan } from '../doctor/doctor.ts';
import { ask } from './ask.ts';
import { type CommandContext, CommandFailure, type DoctorSession } from './command-line.ts';

interface DoctorCommandOptions {
  readonly routes?: boolean;
  readonly capture?: string;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** One streamed and one not streamed. */
const requestsPerCapture = 2;

const signs: Readonly<Record<Finding['state'], string>> = { good: 'ok  ', warn: 'WARN', bad: 'FAIL' };

/** The command `doctor`. */
export function addDoctorCommand(program: Command, context: CommandContext): void {
  program
    .command('doctor')
    .description('check everything that the gateway needs, and report problems and how to fix them')
    .option('--routes', 'also test each route to the models with one small request')
    .option('--capture <file>', 'record how the live service responds on each route, without personal data')
    .option('--yes', 'send the requests without asking')
    .option('--json', 'print JSON')
    .action((options: DoctorCommandOptions) => examine(context, options));
}

async function examine(context: CommandContext, options: DoctorCommandOptions): Promise<void> {
  const session = await context.services.doctor();
  const findings: Finding[] = [];
  const onFinding = (finding: Finding) => {
    findings.push(finding);
    if (!options.json) printFinding(context, finding);
  };
  try {
    await session.doctor.check(onFinding);
    if (options.routes || options.capture !== undefined) await askLiveService(context, session, options, onFinding);
  } finally {
    await session.close();
  }
  if (options.json) context.print(JSON.stringify({ findings: findings.map(withWords) }));
  const failed = findings.filter(({ state }) => state === 'bad').length;
  if (failed > 0) throw new CommandFailure(`${failed} ${failed === 1 ? 'check' : 'checks'} failed`);
}

function withWords(finding: Finding) {
  return { ...finding, ...describeFinding(finding) };
}

function printFinding({ print }: CommandContext, finding: Finding): void {
  const { message, advice } = describeFinding(finding);
  const name = finding.check.padEnd(10);
  const subject = finding.subject === undefined ? '' : `${finding.subject}: `;
  print(`${signs[finding.state]}  ${name}  ${subject}${message}`);
  if (advice !== undefined && finding.state !== 'good') print(`      ${''.padEnd(10)}  ${advice}`);
}

/** Runs the checks that cost something, after showing the cost. */
async function askLiveService(
  context: CommandContext,
  { doctor, capture }: DoctorSession,
  options: DoctorCommandOptions,
  onFinding: (finding: Finding) => void,
): Promise<void> {
  const plan = await doctor.planRoutes();
  if (plan === undefined) throw new CommandFailure('no credential is ready for requests to the live service');
  const perRoute = (options.routes ? 1 : 0) + (options.capture === undefined ? 0 : requestsPerCapture);
  if (!(await isWanted(context, options, plan, perRoute))) return;
  if (options.routes) await doctor.checkRoutes(plan, onFinding);
  if (options.capture === undefined) return;
  const say = (line: string) => {
    if (!options.json) context.print(line);
  };
  await capture(options.capture, plan, (route, outcome) => say(`      captured    ${route}: ${outcome}`));
  say(`${options.capture} was written. Read it before you share it.`);
}

/** Shows the cost and asks for confirmation. */
async function isWanted(
  { streams }: CommandContext,
  { yes }: DoctorCommandOptions,
  { probes, credential, dollars }: RoutePlan,
  perRoute: number,
): Promise<boolean> {
  const cost = dollars === null ? 'their price is unknown' : `about $${(perRoute * dollars).toFixed(4)} at list price`;
  const requests = perRoute * probes.length;
  streams.stderr.write(`This sends ${requests} small requests with ${credential}: ${cost}.\n`);
  return yes === true || ask(streams, 'Send them?');
}
