import { describe, expect, it, vi } from 'vitest';
import { startCollector } from './testing/collector.ts';
import { usageRecord } from './testing/usage-record.ts';
import { openTraces } from './traces.ts';

describe('openTraces', () => {
  it('exports a span per exchange and per attempt, by the GenAI conventions and with the actual times', async () => {
    const collector = await startCollector();
    const traces = await openTraces(`${collector.origin}/`, '1.2.3', expect.unreachable);
    const [attempt] = usageRecord().attempts;
    if (attempt === undefined) throw new Error('the record has no attempt');
    traces.observe(
      usageRecord({
        outcome: 'failure',
        failureKind: 'overloaded',
        attempts: [{ ...attempt, outcome: 'transient', status: 503 }, attempt],
      }),
    );
    await traces.close();
    await collector.close();
    expect(collector.received.map(({ path }) => path)).toEqual(['/v1/traces']);
    const [{ scopeSpans }] = JSON.parse(collector.received[0]?.body ?? '').resourceSpans;
    const spans = scopeSpans[0].spans;
    const root = spans.find((span: { name: string }) => span.name === 'chat known');
    const children = spans.filter((span: { name: string }) => span.name === 'attempt');
    expect(children).toHaveLength(2);
    for (const child of children) {
      expect(child.parentSpanId).toBe(root.spanId);
      expect(child.attributes).toContainEqual({
        key: 'atlassian_proxy.route',
        value: { stringValue: 'vertex-anthropic' },
      });
    }
    const attributes = Object.fromEntries(
      root.attributes.map(({ key, value }: { key: string; value: object }) => [key, Object.values(value)[0]]),
    );
    expect(attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': 'known',
      'gen_ai.response.model': 'upstream-model',
      'gen_ai.usage.input_tokens': 100,
      'gen_ai.usage.output_tokens': 20,
      'error.type': 'overloaded',
    });
    expect(BigInt(root.endTimeUnixNano) - BigInt(root.startTimeUnixNano)).toBe(2_000_000_000n);
    expect(root.status.code).toBe(2);
  });

  it('says that spans are lost, and can be closed then', async () => {
    const collector = await startCollector(() => 404);
    const warn = vi.fn();
    const traces = await openTraces(collector.origin, '1.2.3', warn);
    traces.observe(usageRecord());
    await traces.close();
    await collector.close();
    expect(collector.received).toHaveLength(1);
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/lost \(.+\): check OTEL_EXPORTER_OTLP_ENDPOINT\.$/)]]);
  });

  it('can be closed even if no collector responds', async () => {
    const traces = await openTraces('http://127.0.0.1:9', '1.2.3', () => undefined);
    traces.observe(usageRecord());
    await expect(traces.close()).resolves.toBeUndefined();
  });
});
