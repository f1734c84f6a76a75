/** For tests and the bench: a tool whose exports are sent by the exporter of the OpenTelemetry SDK until they are accepted, whatever happens meanwhile. */
import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { AggregationTemporality, MeterProvider, PeriodicExportingMetricReader, type ResourceMetrics } from '@opentelemetry/sdk-metrics'; // prettier-ignore

export interface Persistence {
  readonly url: string;
  readonly token: string;
  /** Tools that send at the same time. */
  readonly senders: number;
  /** Of each of them. */
  readonly exports: number;
  /** Points of an export. */
  readonly points: number;
  /** Called when an export was accepted, with how many were so far. */
  readonly onAccepted?: (count: number) => void;
}

/** The exporter gives up after five attempts, as all of them do; what it gave up is sent anew. */
class Persistent extends OTLPMetricExporter {
  again = 0;

  override export(metrics: ResourceMetrics, done: (result: ExportResult) => void): void {
    super.export(metrics, (result) => {
      if (result.code === ExportResultCode.SUCCESS) done(result);
      else {
        this.again += 1;
        this.export(metrics, done);
      }
    });
  }
}

/** Sends all of them. Values of a sender are 1, 2, 3, … @returns how many points were sent, their sum, and how often an exporter gave up. */
export async function sendPersistently(given: Persistence): Promise<{ points: number; sum: number; again: number }> {
  const { url, token, senders, exports, points, onAccepted } = given;
  let [accepted, again] = [0, 0];
  const send = async (index: number): Promise<void> => {
    const exporter = new Persistent({
      url: `${url}/v1/metrics`,
      headers: { authorization: `Bearer ${token}` },
      temporalityPreference: AggregationTemporality.DELTA,
      timeoutMillis: 4_000,
    });
    const hour = 3_600_000;
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: hour, exportTimeoutMillis: hour }); // prettier-ignore
    const meters = new MeterProvider({
      resource: resourceFromAttributes({ 'service.name': 'claude-code' }),
      readers: [reader],
    });
    const counter = meters.getMeter('com.anthropic.claude_code').createCounter('claude_code.token.usage');
    const who = { 'user.email': `person-${String(index)}@acme.io`, 'session.id': `s-${String(index)}`, type: 'input' };
    for (let n = 0; n < exports; n += 1) {
      for (let point = 0; point < points; point += 1)
        counter.add(n * points + point + 1, { ...who, model: `model-${String(point)}` });
      await meters.forceFlush();
      onAccepted?.((accepted += 1));
    }
    again += exporter.again;
    await meters.shutdown();
  };
  await Promise.all(Array.from({ length: senders }, (_one, index) => send(index)));
  const each = exports * points;
  return { points: senders * each, sum: (senders * each * (each + 1)) / 2, again };
}
