/**
 * Extracts the `data` of Server-Sent Events from text that arrives in arbitrary chunks. Supports all line endings,
 * several `data` lines per event, comments, and other fields (ignored). A final event without a blank line counts.
 */
export function createEventDataReader() {
  let rest = '';
  let data: string[] = [];

  const readLine = (line: string, out: string[]) => {
    if (line === '') {
      if (data.length > 0) out.push(data.join('\n'));
      data = [];
    } else if (line.startsWith('data:')) {
      data.push(line.slice(line.startsWith('data: ') ? 6 : 5));
    }
  };

  return {
    push(text: string): string[] {
      const out: string[] = [];
      rest += text;
      // A trailing CR may be the first half of a CRLF, so wait for the next chunk.
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      for (const line of lines) readLine(line, out);
      return out;
    },
    end(): string[] {
      const out: string[] = [];
      readLine(rest.replace(/\r$/, ''), out);
      readLine('', out);
      rest = '';
      return out;
    },
  };
}
