import { text } from 'node:stream/consumers';
import { CommandFailure, type Streams } from './command-line.ts';

const enter = new Set(['\r', '\n', '\u0004']);
const interrupt = '\u0003';
const erase = new Set(['\u007f', '\b']);

/**
 * A secret from standard input, never from the command line, where other users of the machine would see it. At a terminal
 * it is asked for and not shown; else all of the input is taken, without the white space around it.
 *
 * @throws CommandFailure when nothing comes
 */
export async function readSecret(streams: Streams, prompt: string): Promise<string> {
  const secret = streams.stdin.isTTY ? await askHidden(streams, prompt) : await text(streams.stdin);
  if (secret.trim() === '') throw new CommandFailure('nothing came on standard input: the token is read from there');
  return secret.trim();
}

async function askHidden({ stdin, stderr }: Streams, prompt: string): Promise<string> {
  stderr.write(prompt);
  stdin.setRawMode?.(true);
  stdin.setEncoding('utf8');
  try {
    return await readLine(stdin);
  } finally {
    stdin.setRawMode?.(false);
    stdin.pause();
    stderr.write('\n');
  }
}

function readLine(stdin: Streams['stdin']): Promise<string> {
  return new Promise((resolve, reject) => {
    let line = '';
    const finish = (end: () => void) => {
      stdin.off('data', take);
      stdin.off('end', stop);
      end();
    };
    const stop = () => finish(() => resolve(line));
    const take = (chunk: string) => {
      for (const character of chunk) {
        if (character === interrupt) return finish(() => reject(new CommandFailure('interrupted')));
        if (enter.has(character)) return stop();
        line = erase.has(character) ? line.slice(0, -1) : line + character;
      }
    };
    stdin.on('data', take);
    stdin.once('end', stop);
    stdin.resume();
  });
}
