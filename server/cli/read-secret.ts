import { text } from 'node:stream/consumers';
import { CommandFailure, type Streams } from './command-line.ts';

/**
 * A secret from standard input, never from the command line, where other users of the machine would see it. At a terminal
 * it is asked for and not shown; else all of the input is taken, without the white space around it.
 *
 * @throws CommandFailure when nothing comes, or the question is left with Ctrl-C or Ctrl-D
 */
export async function readSecret(streams: Streams, question: string): Promise<string> {
  const secret = streams.stdin.isTTY ? await askHidden(streams, question) : await text(streams.stdin);
  if (secret.trim() === '') throw new CommandFailure('nothing came on standard input: the token is read from there');
  return secret.trim();
}

async function askHidden({ stdin, stderr }: Streams, message: string): Promise<string> {
  const { default: askPassword } = await import('@inquirer/password');
  // Of Ctrl-D the library knows nothing: readline pauses its input then.
  const left = new AbortController();
  stdin.once('pause', () => left.abort());
  try {
    return await askPassword({ message, toggleMask: false }, { input: stdin, output: stderr, signal: left.signal });
  } catch {
    throw new CommandFailure('interrupted');
  }
}
