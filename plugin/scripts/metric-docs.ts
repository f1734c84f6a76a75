/** Texts for people, from what the metrics declare: the query help and the README's table. */
import type { Column, Metric, Param } from '../src/metrics/define.ts';

/** `query_help.md`: every metric with its params, columns and examples. */
export function queryHelp(metrics: readonly Metric[]): string {
  return [
    '# Throughline queries',
    '',
    'Pick a metric, then its parameters. An empty filter means all; "unknown" is a value of its own.',
    '',
    ...metrics.flatMap(metricHelp),
  ].join('\n');
}

/** The README's table of metrics. */
export function metricTable(metrics: readonly Metric[]): string {
  const rows = metrics.map(
    ({ id, title, summary }) => `| [${title}](plugin/src/metrics/${id}/README.md) | ${cell(summary)} | \`${id}\` |`
  );
  return ['| Metric | Question | Query type |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

/** One metric with its params, columns and examples. */
export function metricHelp(metric: Metric): string[] {
  const params = Object.entries(metric.params).map(
    ([name, param]) =>
      `| ${cell(param.label)} (\`${name}\`) | ${allowed(param)} | ${shownDefault(param)} | ${cell(param.help)} |`
  );
  const columns = metric.columns.map(
    (column) => `| \`${column.name}\` | ${unit(column)} | ${cell(column.help)} | ${cell(column.nullMeaning)} |`
  );
  const examples = metric.examples.map(({ title, params: given }) => `- ${title}: \`${JSON.stringify(given)}\``);
  return [
    `## ${metric.title}`,
    '',
    metric.summary,
    '',
    `Formats: ${metric.formats.join(', ')}.`,
    '',
    ...table('| Parameter | Allowed | Default | Meaning |', params),
    ...table('| Column | Unit | Meaning | Empty means |', columns),
    ...(examples.length > 0 ? ['Examples:', '', ...examples, ''] : []),
  ];
}

function table(head: string, rows: readonly string[]): string[] {
  return rows.length === 0 ? [] : [head, head.replace(/[^|]+/g, ' --- '), ...rows, ''];
}

function allowed(param: Param): string {
  switch (param.kind) {
    case 'choice':
      return param.choices.map(({ value }) => `\`${value}\``).join(', ');
    case 'filter':
      return `values of ${param.dimension}`;
    case 'groupBy':
      return param.allowed.map((value) => `\`${value}\``).join(', ');
    case 'number':
      return `${String(param.min)} to ${String(param.max)}${param.unit === undefined ? '' : ` ${param.unit}`}`;
    case 'boolean':
      return 'on, off';
    case 'text':
      return param.pattern === undefined ? 'text' : `\`${cell(param.pattern)}\``;
  }
}

function shownDefault(param: Param): string {
  const { kind, default: value } = param;
  if (kind === 'boolean') {
    return param.default ? 'on' : 'off';
  }
  const text = Array.isArray(value) ? value.join(', ') : String(value);
  return text === '' ? (kind === 'filter' ? 'all' : 'none') : text;
}

function unit(column: Column): string {
  return column.unit ?? (column.type === 'time' ? 'time' : column.type === 'string' ? 'text' : '');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
