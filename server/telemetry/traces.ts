import { setTimeout } from 'node:timers/promises';
import { SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import type { SpanExporter } from '@opentelemetry/sdk-trace-base';
import type { AttemptRecord, UsageRecord } from '../ledger/usage-record.ts';

/** Converts finished exchanges to spans and exports them. */
export interface Traces {
  observe(record: UsageRecord): void;
  /** Exports pending spans, with a time limit: a collector that is down must not delay the shutdown. */
  close(): Promise<void>;
}

/** Milliseconds. */
const closeTimeout = 2000;

/**
 * Attributes of the GenAI semantic conventions (opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans), where they
 * exist.
 */
function attributesOf(record: UsageRecord): Record<string, string | number | boolean> {
  return {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': 'atlassian',
    'gen_ai.request.model': record.model,
    ...(record.upstreamModel !== null && { 'gen_ai.response.model': record.upstreamModel }),
    'gen_ai.response.id': record.id,
    'gen_ai.usage.input_tokens': record.inputTokens,
    'gen_ai.usage.output_tokens': record.outputTokens,
    'http.response.status_code': record.status,
    'user_agent.original': record.userAgent,
    'atlassian_proxy.dialect': record.dialect,
    'atlassian_proxy.key.name': record.keyName,
    'atlassian_proxy.stream': record.stream,
    'atlassian_proxy.queue_time_ms': record.queueTime,
    ...(record.firstTokenTime !== null && { 'atlassian_proxy.first_token_time_ms': record.firstTokenTime }),
    ...(record.failureKind !== null && { 'error.type': record.failureKind }),
  };
}

/** Records one span per exchange with a child span per attempt, with their actual times. */
export function recordSpans(tracer: Tracer, record: UsageRecord, api: typeof import('@opentelemetry/api')): void {
  const span = tracer.startSpan(`chat ${record.model}`, {
    kind: SpanKind.SERVER,
    startTime: record.startedAt,
    attributes: attributesOf(record),
  });
  const parent = api.trace.setSpan(api.ROOT_CONTEXT, span);
  for (const attempt of record.attempts) recordAttempt(tracer, attempt, parent);
  if (record.outcome === 'failure') {
    span.setStatus({ code: SpanStatusCode.ERROR, message: record.failureMessage ?? '' });
  }
  span.end(record.startedAt + record.totalTime);
}

function recordAttempt(tracer: Tracer, attempt: AttemptRecord, parent: import('@opentelemetry/api').Context): void {
  const span = tracer.startSpan(
    'attempt',
    {
      kind: SpanKind.CLIENT,
      startTime: attempt.startedAt,
      attributes: {
        'gen_ai.request.model': attempt.model,
        'atlassian_proxy.route': attempt.route,
        'atlassian_proxy.credential.id': attempt.credentialId,
        'atlassian_proxy.credential.reason': attempt.reason,
        'atlassian_proxy.outcome': attempt.outcome,
        ...(attempt.status !== null && { 'http.response.status_code': attempt.status }),
      },
    },
    parent,
  );
  if (attempt.outcome !== 'success') span.setStatus({ code: SpanStatusCode.ERROR, message: attempt.outcome });
  span.end(attempt.startedAt + attempt.milliseconds);
}

/**
 * Exports traces over OTLP/HTTP. The libraries are only loaded here, because most gateways have no collector.
 *
 * @param endpoint of the collector, to which `/v1/traces` is appended
 * @param warn logs a line when spans start to be lost, and when they are exported again
 */
export async function openTraces(endpoint: string, version: string, warn: (message: string) => void): Promise<Traces> {
  const [api, sdk, exporter, resources] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/resources'),
  ]);
  const url = `${endpoint.replace(/(?<!\/)\/+$/, '')}/v1/traces`;
  const provider = new sdk.BasicTracerProvider({
    resource: resources.resourceFromAttributes({ 'service.name': 'atlassian-proxy', 'service.version': version }),
    spanProcessors: [new sdk.BatchSpanProcessor(reportTrouble(new exporter.OTLPTraceExporter({ url }), warn))],
  });
  const tracer = provider.getTracer('atlassian-proxy', version);
  return {
    observe: (record) => recordSpans(tracer, record, api),
    async close() {
      // Spans that are lost were reported.
      const shutdown = provider.shutdown().catch(() => undefined);
      await Promise.race([shutdown, setTimeout(closeTimeout, undefined, { ref: false })]);
    },
  };
}

/** The library reports failed exports nowhere. */
function reportTrouble(exporter: SpanExporter, warn: (message: string) => void): SpanExporter {
  let isFailing = false;
  const report = (error: Error | undefined) => {
    if (isFailing === (error !== undefined)) return;
    isFailing = error !== undefined;
    if (error === undefined) warn('Traces are exported again.');
    else warn(`Traces cannot be exported and are lost (${error.message}): check OTEL_EXPORTER_OTLP_ENDPOINT.`);
  };
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        report(result.code === exported ? undefined : (result.error ?? new Error('no reason was given')));
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}

/** `ExportResultCode.SUCCESS` */
const exported = 0;
