import { describe, expect, it } from 'vitest';
import { drawTrace } from './draw-trace.ts';
import { layOutTrace } from './lay-out.ts';

const attempt = {
  credentialId: 'c1',
  credentialLabel: 'mei.lin@example.com',
  model: 'm',
  reason: 'round-robin',
  startedAt: 10,
  milliseconds: 100,
  waited: 0,
  status: 503,
  outcome: 'transient',
  skipped: [],
};
const layout = layOutTrace({
  startedAt: 0,
  totalTime: 500,
  firstTokenTime: 300,
  stream: true,
  attempts: [attempt, { ...attempt, startedAt: 150, milliseconds: 350, waited: 40, status: 200, outcome: 'success' }],
});
const palette = {
  back: '#fff',
  text: '#000',
  dim: '#666',
  line: '#ddd',
  tones: { good: '#0a0', warn: '#a60', bad: '#a00', idle: '#888' },
};
const picture = {
  layout,
  title: 'Answered · 200',
  subtitle: 'a <model> & more',
  rows: [
    { name: 'mei.lin@example.com', about: 'unified · round robin', figures: '503 for mei.lin@example.com' },
    { name: 'Platform team', about: 'next', figures: '200' },
  ],
  ticks: layout.ticks.map(String),
  footer: 'Atlassian Proxy',
  palette,
};

describe('the picture of a trace', () => {
  const { svg, height } = drawTrace(picture);

  it('shows each attempt, its outcome’s colour, and the failover', () => {
    expect(svg.match(/fill="#a60"/g)).toHaveLength(1);
    expect(svg.match(/fill="#0a0"/g)).toHaveLength(1);
    expect(svg.match(/stroke-dasharray/g)).toHaveLength(1);
    expect(svg).toContain('Platform team');
    expect(height).toBeGreaterThan(200);
  });

  it('names nobody by email, and needs nothing from outside', () => {
    expect(svg).not.toContain('mei.lin');
    expect(svg).not.toContain('example.com');
    expect(svg).toContain('m•••@•••');
    expect(svg).not.toMatch(/href|url\(|foreignObject/);
  });

  it('is well-formed, whatever is written in it', () => {
    expect(svg).toContain('a &lt;model&gt; &amp; more');
    const odd = drawTrace({ ...picture, title: 'broken \u0000 "quote" \uD800' }).svg;
    expect(odd).not.toContain('\u0000');
    expect(odd).toContain('&quot;quote&quot;');
  });
});
