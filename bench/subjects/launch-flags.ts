import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const packageFile = z.object({ scripts: z.object({ start: z.string() }) });

/** The flags of Node with which `npm start` starts the server of a checkout. */
export function launchFlags(project: string): readonly string[] {
  const { scripts } = packageFile.parse(JSON.parse(readFileSync(join(project, 'package.json'), 'utf8')));
  return scripts.start.split(' ').filter((word) => word.startsWith('--'));
}
