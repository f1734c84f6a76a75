/** For tests and the bench: tools that send by the exporters of the OpenTelemetry SDK, as the real ones do. */
import { SpanStatusCode, type Attributes } from '@opentelemetry/api';
import { OTLPLogExporter as LogsJson } from '@opentelemetry/exporter-logs-otlp-http';
import { OTLPLogExporter as LogsProto } from '@opentelemetry/exporter-logs-otlp-proto';
import { OTLPMetricExporter as MetricsJson } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as MetricsProto } from '@opentelemetry/exporter-metrics-otlp-proto';
import { OTLPTraceExporter as TracesJson } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as TracesProto } from '@opentelemetry/exporter-trace-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { LoggerProvider, BatchLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { AggregationTemporality, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { TracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace';

export interface Sending {
  readonly url: string;
  readonly token: string;
  readonly wire: 'json' | 'protobuf';
  readonly isCompressed?: boolean;
  /** Default delta, as Claude Code sends. */
  readonly isCumulative?: boolean;
  readonly resource?: Attributes;
}

export interface Sender {
  readonly add: (name: string, value: number, attributes: Attributes) => void;
  readonly event: (body: string, attributes: Attributes) => void;
  readonly span: (name: string, attributes: Attributes) => void;
  /** Sends what is left. */
  readonly flush: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** A tool that sends metrics, logs and spans. */
export function startSender({ url, token, wire, isCompressed, isCumulative, resource = {} }: Sending): Sender {
  const options = (signal: string): object => ({
    url: `${url}/v1/${signal}`,
    headers: { authorization: `Bearer ${token}` },
    ...(isCompressed ? { compression: 'gzip' } : {}),
    temporalityPreference: isCumulative ? AggregationTemporality.CUMULATIVE : AggregationTemporality.DELTA,
  });
  const isJson = wire === 'json';
  const own = resourceFromAttributes({ 'service.name': 'claude-code', ...resource });
  const reader = new PeriodicExportingMetricReader({
    exporter: isJson ? new MetricsJson(options('metrics')) : new MetricsProto(options('metrics')),
    exportIntervalMillis: 3_600_000,
    exportTimeoutMillis: 10_000,
  });
  const meters = new MeterProvider({ resource: own, readers: [reader] });
  const logs = new LoggerProvider({
    resource: own,
    processors: [
      new BatchLogRecordProcessor({
        exporter: isJson ? new LogsJson(options('logs')) : new LogsProto(options('logs')),
      }),
    ],
  });
  const spans = new TracerProvider({
    resource: own,
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: isJson ? new TracesJson(options('traces')) : new TracesProto(options('traces')),
      }),
    ],
  });
  const meter = meters.getMeter('com.anthropic.claude_code');
  const logger = logs.getLogger('com.anthropic.claude_code.events');
  const tracer = spans.getTracer('test');
  return {
    add: (name, value, attributes) => meter.createCounter(name).add(value, attributes),
    event: (body, attributes) => logger.emit({ body, attributes }),
    span: (name, attributes) => {
      const span = tracer.startSpan(name, { attributes });
      span.setStatus({ code: SpanStatusCode.OK });
      span.end();
    },
    flush: async () => {
      await Promise.all([meters.forceFlush(), logs.forceFlush(), spans.forceFlush()]);
    },
    close: async () => {
      await Promise.all([meters.shutdown(), logs.shutdown(), spans.shutdown()]);
    },
  };
}
