import type { Behaviour } from '../behaviour.ts';
import { escapeBeyondAscii, writeJson } from '../json.ts';
import type { Frame, FrameWriter } from './frame.ts';

const lineEnds = { lf: '\n', crlf: '\r\n', cr: '\r' } as const;

/** Writes frames as server-sent events in the dialect that the behaviour asks for. */
export function createSseWriter(behaviour: Behaviour, namesEvents: boolean): FrameWriter {
  const showsNames = behaviour['event-lines'] === 'auto' ? namesEvents : behaviour['event-lines'] === 'on';
  return {
    contentType: 'text/event-stream; charset=utf-8',
    open: '',
    close: '',
    write: (frame, { last }) => encodeServerSentEvent(frame, behaviour, showsNames, last),
  };
}

function encodeServerSentEvent(frame: Frame, behaviour: Behaviour, showsNames: boolean, last: boolean): string {
  const lineEnd = lineEnds[behaviour['line-end']];
  const space = behaviour['data-space'] === 'on' ? ' ' : '';
  const lines: string[] = [];
  if (behaviour.comments === 'on') lines.push(': keep-alive', '');
  if (showsNames) lines.push(`event:${space}${frame.event === '' ? 'message' : frame.event}`);
  for (const line of dataLines(frame, behaviour)) lines.push(`data:${space}${line}`);
  const written = lines.join(lineEnd);
  if (last && behaviour['last-frame'] === 'unended') return written;
  return written + lineEnd + (behaviour['event-separator'] === 'blank-line' ? lineEnd : '');
}

function dataLines(frame: Frame, behaviour: Behaviour): readonly string[] {
  if ('text' in frame.data) return frame.data.text.split(/\r\n|\r|\n/);
  const style = behaviour['json-style'];
  if (behaviour['data-lines'] === 'one') return [writeJson(frame.data.json, style)];
  const pretty = JSON.stringify(frame.data.json, null, 1);
  return (style === 'ascii' ? escapeBeyondAscii(pretty) : pretty).split('\n');
}

/** A comment as a keep-alive. */
export function sseComment(behaviour: Behaviour): string {
  const lineEnd = lineEnds[behaviour['line-end']];
  return `: keep-alive${lineEnd}${lineEnd}`;
}

/** Writes frames as the elements of one JSON array, as Gemini streams without `alt=sse`. */
export function createJsonArrayWriter(behaviour: Behaviour): FrameWriter {
  return {
    contentType: 'application/json; charset=UTF-8',
    open: '[',
    close: ']\n',
    write: (frame, { index }) => {
      const json =
        'text' in frame.data ? JSON.stringify(frame.data.text) : writeJson(frame.data.json, behaviour['json-style']);
      return index === 0 ? json : `,\r\n${json}`;
    },
  };
}
