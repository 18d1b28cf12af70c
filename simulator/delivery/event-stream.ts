import { crc32 } from 'node:zlib';
import type { Frame, FrameWriter } from './frame.ts';

const stringHeader = 7;

/**
 * Writes frames as AWS binary event-stream messages, like Bedrock: the JSON is base64-encoded in `{"bytes": …}`, and an
 * error is a message of type exception. Layout: https://docs.aws.amazon.com/transcribe/latest/dg/event-stream.html
 */
export const awsEventStreamWriter: FrameWriter = {
  contentType: 'application/vnd.amazon.eventstream',
  open: '',
  close: '',
  write: encodeFrame,
};

function encodeFrame(frame: Frame): Uint8Array {
  const text = 'text' in frame.data ? frame.data.text : JSON.stringify(frame.data.json);
  if (frame.event === 'error') {
    const headers = {
      ':exception-type': 'modelStreamErrorException',
      ':content-type': 'application/json',
      ':message-type': 'exception',
    };
    return encodeMessage(headers, text);
  }
  const headers = { ':event-type': 'chunk', ':content-type': 'application/json', ':message-type': 'event' };
  return encodeMessage(headers, JSON.stringify({ bytes: Buffer.from(text).toString('base64'), p: 'abcdefgh' }));
}

/** One message: total length, headers length, CRC of these, headers, payload, CRC of all before; numbers are big-endian. */
function encodeMessage(headers: Readonly<Record<string, string>>, payload: string): Uint8Array {
  const headerBytes = Buffer.concat(Object.entries(headers).map(([name, value]) => encodeHeader(name, value)));
  const payloadBytes = Buffer.from(payload);
  const total = 12 + headerBytes.length + payloadBytes.length + 4;
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(total, 0);
  prelude.writeUInt32BE(headerBytes.length, 4);
  const body = Buffer.concat([prelude, checksum(prelude), headerBytes, payloadBytes]);
  return Buffer.concat([body, checksum(body)]);
}

function encodeHeader(name: string, value: string): Uint8Array {
  const nameBytes = Buffer.from(name);
  const valueBytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(valueBytes.length);
  return Buffer.concat([Buffer.from([nameBytes.length]), nameBytes, Buffer.from([stringHeader]), length, valueBytes]);
}

function checksum(bytes: Uint8Array): Uint8Array {
  const held = Buffer.alloc(4);
  held.writeUInt32BE(crc32(bytes));
  return held;
}
