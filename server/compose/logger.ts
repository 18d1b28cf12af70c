import { type DestinationStream, type Logger, pino } from 'pino';
import { redactText } from '../lib/redact.ts';
import { LogOutput } from './log-output.ts';

/** Errors with neither secrets nor line breaks in their words, however they were made. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return redactText(String(error));
  const { name, message, stack, cause } = error;
  return {
    type: name,
    message: redactText(message),
    stack: redactText(stack ?? '', [], 4000),
    ...('code' in error && typeof error.code === 'string' ? { code: error.code } : {}),
    ...(cause === undefined ? {} : { cause: serializeError(cause) }),
  };
}

export interface Log {
  readonly logger: Logger;
  /** How many lines never came out, because nobody took them. */
  dropped(): number;
  /** Writes what is buffered; takes a second at most. @returns false when nobody took it all */
  close(): Promise<boolean>;
}

/** JSON lines on standard output, or wherever they are to go. No request waits for them, and neither does the end. */
export function createLog(level: string, destination?: DestinationStream): Log {
  const toLogger = (stream: DestinationStream) =>
    pino({ level, base: null, serializers: { err: serializeError } }, stream);
  if (destination !== undefined) {
    return { logger: toLogger(destination), dropped: () => 0, close: async () => true };
  }
  const output = new LogOutput(process.stdout, { onLost: reportLoss, onRecovered: reportRecovery });
  const logger = toLogger(output);
  function reportRecovery(dropped: number): void {
    logger.warn({ dropped }, 'log lines were dropped: standard output did not take them');
  }
  return { logger, dropped: () => output.dropped, close: () => output.close() };
}

/** Said once for each time, on the other output: there is nobody else left to tell. */
function reportLoss(): void {
  process.stderr.write('atlassian-proxy: standard output takes no more lines: they are dropped and counted.\n');
}
