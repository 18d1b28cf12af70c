import { type DestinationStream, type Logger, pino } from 'pino';
import { redactText } from '../lib/redact.ts';
import { LogOutput } from './log-output.ts';

/** Serializes an error without secrets and line breaks. */
function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return redactText(String(error));
  const { name, message, stack, cause } = error;
  return {
    type: name,
    message: redactText(message),
    stack: redactText(stack ?? '', [], 4000),
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    ...(cause !== undefined && { cause: serializeError(cause) }),
  };
}

export interface Log {
  readonly logger: Logger;
  /** Number of lines that were lost because they could not be written. */
  dropped(): number;
  /** Writes buffered lines, which takes up to a second. @returns false if not everything was written */
  close(): Promise<boolean>;
}

/**
 * Logs JSON lines to standard output or another destination. Neither requests nor the end of the process wait for it.
 */
export function createLog(level: string, destination?: DestinationStream): Log {
  const toLogger = (stream: DestinationStream) =>
    pino({ level, base: null, serializers: { err: serializeError } }, stream);
  if (destination !== undefined) {
    return { logger: toLogger(destination), dropped: () => 0, close: async () => true };
  }
  const output = new LogOutput(process.stdout, { onLost: reportLoss, onRecovered: reportRecovery });
  const logger = toLogger(output);
  function reportRecovery(dropped: number): void {
    logger.warn({ dropped }, 'log lines were dropped because standard output did not accept them');
  }
  return { logger, dropped: () => output.dropped, close: () => output.close() };
}

/** Logged once per loss, on standard error because standard output does not work. */
function reportLoss(): void {
  process.stderr.write('atlassian-proxy: standard output does not accept more lines: they are dropped and counted.\n');
}
