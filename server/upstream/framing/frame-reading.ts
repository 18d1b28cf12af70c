import type { AnswerReader } from '../../dialects/dialect.ts';
import type { DecoderOptions } from '../routes/route.ts';
import type { TextFastPath } from './text-fast-path.ts';

/** What every decoder needs. */
export interface FrameReading {
  readonly reader: AnswerReader;
  readonly secrets: readonly string[];
  /** Whether and how frames are reported as events. */
  readonly frames: DecoderOptions['frames'];
  readonly createReader: () => AnswerReader;
  readonly fastPath: TextFastPath | undefined;
}
