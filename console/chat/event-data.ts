/**
 * Reads the `data` of Server-Sent Events out of text that arrives in pieces, cut anywhere: any line end, several
 * `data` lines an event, comments and other fields passed over. A last event without its blank line counts.
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
      // A CR at the very end may be half of a CRLF: it waits for the next piece.
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
