import { text } from 'node:stream/consumers';
import { CommandFailure, type Streams } from './command-line.ts';

/**
 * Reads a secret from standard input, never from the command line, where other users of the machine could see it. At a
 * terminal it is prompted for and not echoed; otherwise the whole input is used, trimmed.
 *
 * @throws CommandFailure if the input is empty, or the prompt is cancelled with Ctrl-C or Ctrl-D
 */
export async function readSecret(streams: Streams, question: string, what = 'token'): Promise<string> {
  const secret = streams.stdin.isTTY ? await askHidden(streams, question) : await text(streams.stdin);
  if (secret.trim() === '') throw new CommandFailure(`standard input is empty: the ${what} is read from it`);
  return secret.trim();
}

/**
 * Reads a new passphrase. At a terminal, it must be entered twice.
 *
 * @throws CommandFailure like `readSecret`, and if the two entries differ
 */
export async function readNewPassphrase(streams: Streams): Promise<string> {
  const passphrase = await readSecret(streams, 'Passphrase for the backup:', 'passphrase');
  if (streams.stdin.isTTY && (await readSecret(streams, 'Repeat the passphrase:')) !== passphrase) {
    throw new CommandFailure('the passphrases do not match');
  }
  return passphrase;
}

async function askHidden({ stdin, stderr }: Streams, message: string): Promise<string> {
  const { default: askPassword } = await import('@inquirer/password');
  // The library does not handle Ctrl-D, on which readline pauses its input.
  const left = new AbortController();
  stdin.once('pause', () => left.abort());
  try {
    return await askPassword({ message, toggleMask: false }, { input: stdin, output: stderr, signal: left.signal });
  } catch {
    throw new CommandFailure('interrupted');
  }
}
