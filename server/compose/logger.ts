import { type DestinationStream, type Logger, pino } from 'pino';
import { redactText } from '../lib/redact.ts';

/** Lines that wait for the log's disk at most; beyond it they are written at once. Bytes. */
const bufferedBytes = 8192;
const flushInterval = 250;

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
  /** Writes what is buffered. */
  flush(): void;
}

/** JSON lines on standard output, written behind so that no request waits for them. */
export function createLog(level: string, destination?: DestinationStream): Log {
  const stream =
    destination ?? pino.destination({ sync: false, minLength: bufferedBytes, periodicFlush: flushInterval });
  const logger = pino({ level, base: null, serializers: { err: serializeError } }, stream);
  return {
    logger,
    flush() {
      if ('flushSync' in stream && typeof stream.flushSync === 'function') stream.flushSync();
    },
  };
}
