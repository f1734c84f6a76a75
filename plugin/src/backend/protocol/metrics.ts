/** Counters and histograms of the process in Prometheus' text format; Grafana collects them as the plugin's metrics. */

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

interface Histogram {
  readonly buckets: number[];
  sum: number;
  count: number;
}

/** Metrics of one process. */
export class ProcessMetrics {
  private readonly queries = new Map<string, number>();
  private readonly totalSeconds = new Map<string, Histogram>();
  private readonly overheadSeconds = new Map<string, Histogram>();
  private readonly startedAt = Date.now() / 1000;

  /** Counts one finished query. `code` is '' where it succeeded; `sqlMs` is the part spent in the store. */
  countQuery(query: {
    readonly metricId: string;
    readonly code: string;
    readonly totalMs: number;
    readonly sqlMs: number;
  }): void {
    const labels = `metric="${query.metricId}",code="${query.code === '' ? 'ok' : query.code}"`;
    this.queries.set(labels, (this.queries.get(labels) ?? 0) + 1);
    observe(this.totalSeconds, `metric="${query.metricId}"`, query.totalMs / 1000);
    observe(this.overheadSeconds, `metric="${query.metricId}"`, Math.max(0, query.totalMs - query.sqlMs) / 1000);
  }

  /** Everything, as Prometheus reads it. `gauges` are taken now. */
  text(gauges: Readonly<Record<string, number>>): string {
    const lines = [
      ...family('throughline_queries_total', 'counter', 'Queries answered, by metric and error code.'),
      ...[...this.queries].map(([labels, count]) => `throughline_queries_total{${labels}} ${String(count)}`),
      ...histogramLines('throughline_query_seconds', 'Time from a query to its answer.', this.totalSeconds),
      ...histogramLines('throughline_query_overhead_seconds', 'Query time outside the store.', this.overheadSeconds),
      ...gaugeLines({
        process_start_time_seconds: this.startedAt,
        process_resident_memory_bytes: process.memoryUsage().rss,
        ...gauges,
      }),
    ];
    return `${lines.join('\n')}\n`;
  }
}

function observe(histograms: Map<string, Histogram>, labels: string, seconds: number): void {
  let histogram = histograms.get(labels);
  if (histogram === undefined) {
    histogram = { buckets: SECONDS.map(() => 0), sum: 0, count: 0 };
    histograms.set(labels, histogram);
  }
  for (const [index, limit] of SECONDS.entries()) {
    if (seconds <= limit) {
      histogram.buckets[index] = (histogram.buckets[index] ?? 0) + 1;
    }
  }
  histogram.sum += seconds;
  histogram.count += 1;
}

function histogramLines(name: string, help: string, histograms: ReadonlyMap<string, Histogram>): string[] {
  const lines = family(name, 'histogram', help);
  for (const [labels, { buckets, sum, count }] of histograms) {
    for (const [index, limit] of SECONDS.entries()) {
      lines.push(`${name}_bucket{${labels},le="${String(limit)}"} ${String(buckets[index] ?? 0)}`);
    }
    lines.push(`${name}_bucket{${labels},le="+Inf"} ${String(count)}`);
    lines.push(`${name}_sum{${labels}} ${String(sum)}`, `${name}_count{${labels}} ${String(count)}`);
  }
  return lines;
}

function gaugeLines(gauges: Readonly<Record<string, number>>): string[] {
  return Object.entries(gauges).flatMap(([name, value]) => [`# TYPE ${name} gauge`, `${name} ${String(value)}`]);
}

function family(name: string, type: string, help: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}
