import { text } from 'node:stream/consumers';
import { CommandFailure, type Streams } from './command-line.ts';

/**
 * A secret from standard input, never from the command line, where other users of the machine would see it. At a terminal
 * it is asked for and not shown; else all of the input is taken, without the white space around it.
 *
 * @throws CommandFailure when nothing comes, or the question is left with Ctrl-C or Ctrl-D
 */
export async function readSecret(streams: Streams, question: string, what = 'token'): Promise<string> {
  const secret = streams.stdin.isTTY ? await askHidden(streams, question) : await text(streams.stdin);
  if (secret.trim() === '') throw new CommandFailure(`nothing came on standard input: the ${what} is read from there`);
  return secret.trim();
}

/**
 * A passphrase that is yet unknown to everybody: at a terminal it is asked for twice.
 *
 * @throws CommandFailure as `readSecret` does, and when the two differ
 */
export async function readNewPassphrase(streams: Streams): Promise<string> {
  const passphrase = await readSecret(streams, 'Passphrase for the backup:', 'passphrase');
  if (streams.stdin.isTTY && (await readSecret(streams, 'The same once more:')) !== passphrase) {
    throw new CommandFailure('the two passphrases differ');
  }
  return passphrase;
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
