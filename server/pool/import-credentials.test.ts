import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseImport } from './import-credentials.ts';

const sampleToken = 'ATATT3xFfGF0abc=12345678';

function credentials(text: string) {
  return parseImport(text, []).map((line) => (line.type === 'credential' ? line.credential : line));
}

describe('parseImport', () => {
  it.each([
    ['colon', `a@example.com:${sampleToken}`, {}],
    ['colons in the token', 'a@example.com:abc:def:ghi', { token: 'abc:def:ghi' }],
    ['comma', `a@example.com,${sampleToken}`, {}],
    ['semicolon', `a@example.com;${sampleToken}`, {}],
    ['tab', `a@example.com\t${sampleToken}`, {}],
    ['full-width colon', `a@example.com：${sampleToken}`, {}],
    ['full-width commas', `a@example.com，${sampleToken}，甲方`, { label: '甲方' }],
    ['four hyphens', `a@example.com----${sampleToken}`, {}],
    ['bar', `a@example.com|${sampleToken}`, {}],
    ['spaces', `a@example.com   ${sampleToken}`, {}],
    ['JSON', `{"email": "a@example.com", "api_token": "${sampleToken}", "label": "A", "id": 7}`, { label: 'A' }],
    ['a JSON array', `\uFEFF[\n{"email": "a@example.com",\n "token": "${sampleToken}"}]`, {}],
    [
      'a JSON array in an object',
      `{"version": 1, "accounts": [{"email": "a@example.com", "apiKey": "${sampleToken}"}]}`,
      {},
    ],
    ['spaces around', `  a@example.com , ${sampleToken}  `, {}],
    ['label', `a@example.com,${sampleToken},Team A`, { label: 'Team A' }],
    ['label and cloud id', `a@example.com,${sampleToken},Team A,cloud-1`, { label: 'Team A', cloudId: 'cloud-1' }],
    ['empty label', `a@example.com,${sampleToken},,cloud-1`, { cloudId: 'cloud-1' }],
    ['quotes', `"a@example.com","${sampleToken}","Team ""A"", B"`, { label: 'Team "A", B' }],
  ])('reads a line: %s', (_, text, more) => {
    expect(credentials(text)).toEqual([{ email: 'a@example.com', token: sampleToken, ...more }]);
  });

  it.each([
    ['comma', `Token,Label,E-mail,Cloud ID,created\n${sampleToken},A,a@example.com,c1,2025`],
    ['semicolon', `api_token;name;email;cloud_id\n${sampleToken};A;a@example.com;c1`],
    ['tab', `token\tlabel\temail\tcloudId\n${sampleToken}\tA\ta@example.com\tc1`],
    ['Chinese', `标签,API 令牌,邮箱,Cloud ID\nA,${sampleToken},a@example.com,c1`],
    ['full-width', `备注，令牌，账号，cloud_id\nA，${sampleToken}，a@example.com，c1`],
  ])('reads CSV by its header: %s', (_, text) => {
    expect(credentials(text)).toEqual([{ email: 'a@example.com', token: sampleToken, label: 'A', cloudId: 'c1' }]);
  });

  it('reads when a token expires from a column of that name', () => {
    const read = (expires: string) => credentials(`email,token,expires\na@example.com,${sampleToken},${expires}`)[0];
    expect(read('2027-03-31')).toMatchObject({ tokenExpiresAt: Date.UTC(2027, 2, 31) });
    expect(read('2027-03-31T08:00:00+08:00')).toMatchObject({ tokenExpiresAt: Date.UTC(2027, 2, 31) });
    for (const written of ['2027/3/31', '2027.03.31', '2027年3月31日']) {
      expect(read(written)).toMatchObject({ tokenExpiresAt: Date.UTC(2027, 2, 31) });
    }
    expect(read('2027/13/31')).toMatchObject({ type: 'invalid' });
    expect(read('')).toEqual({ email: 'a@example.com', token: sampleToken });
    expect(read('next year')).toMatchObject({ type: 'invalid', message: expect.stringMatching(/expiry/) });
  });

  it('passes over a byte order mark, blank lines and comments, and counts lines as an editor does', () => {
    const text = `\uFEFFemail,token\r\n\r\n# mine\r\na@example.com,${sampleToken}\r\n   \r\nb@example.com,${sampleToken}\r\n`;
    expect(parseImport(text, [])).toMatchObject([
      { line: 4, type: 'credential', credential: { email: 'a@example.com' } },
      { line: 6, type: 'credential', credential: { email: 'b@example.com' } },
    ]);
  });

  it.each([
    ['nonsense', /email/],
    [`not-an-email,${sampleToken}`, /email/],
    ['a@example.com', /no token/],
    ['a@example.com:', /no token/],
    ['a@example.com:short', /too short/],
    [`a@example.com:${'x'.repeat(5000)}`, /too long/],
    ['a@example.com:with space inside', /characters/],
    ['a@example.com:ünïcödé-token', /characters/],
    [`"a@example.com,${sampleToken}`, /quotes/],
    [`"a@example.com"x,${sampleToken}`, /quotes/],
    [`a@example.com,${sampleToken},${'l'.repeat(101)}`, /label/],
    [`a@example.com,${sampleToken},l,${'c'.repeat(101)}`, /cloud id/],
    [`a@example.com,${sampleToken},l,cloud 1`, /cloud id/],
    [`a@example.com,${sampleToken},l,cloud\u200b1`, /cloud id/],
  ])('refuses %j and says why', (text, reason) => {
    const [line] = parseImport(text, []);
    expect(line).toMatchObject({ line: 1, type: 'invalid', message: expect.stringMatching(reason) });
  });

  it('reads JSON objects of lines, and reports those that are none', () => {
    const text = `{"email":"a@example.com","token":"${sampleToken}"}\n{"email":"b@example.com","tok\n{}`;
    expect(parseImport(text, [])).toMatchObject([
      { line: 1, type: 'credential' },
      { line: 2, type: 'invalid' },
      { line: 3, type: 'invalid' },
    ]);
  });

  it('finds duplicates within the text and in the pool, whatever their case', () => {
    const text = `a@example.com:${sampleToken}\nA@Example.com:${sampleToken}\nold@example.com:${sampleToken}`;
    expect(parseImport(text, ['OLD@example.com'])).toMatchObject([
      { line: 1, type: 'credential' },
      { line: 2, type: 'duplicate', message: 'The email is already on line 1.' },
      { line: 3, type: 'duplicate', email: 'old@example.com' },
    ]);
  });

  it('reads a bounded number of lines', () => {
    const text = Array.from({ length: 10_050 }, (_, index) => `u${index}@example.com:${sampleToken}`).join('\n');
    const lines = parseImport(text, []);
    expect(lines).toHaveLength(10_001);
    expect(lines.at(-1)).toMatchObject({ line: 10_001, type: 'invalid' });
  });

  it('reports something for every line of any text, and never shows a token', () => {
    const secret = 'S3CR3T-T0K3N';
    const piece = fc.constantFrom(
      'a@b.co',
      secret,
      ',',
      ':',
      ';',
      '\t',
      '"',
      '""',
      ' ',
      '#',
      '{',
      '}',
      '[',
      '----',
      '：',
      '\n',
      '\r\n',
      'email',
      'token',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const parsed = parseImport(pieces.join(''), []);
        for (const line of parsed) {
          if (line.type !== 'credential') expect(line.message).not.toContain(secret);
          if (line.type === 'credential') expect(line.credential.token).not.toMatch(/[\s\p{Cc}]/u);
        }
        expect(new Set(parsed.map(({ line }) => line)).size).toBe(parsed.length);
      }),
      { numRuns: 500 },
    );
  });
});
