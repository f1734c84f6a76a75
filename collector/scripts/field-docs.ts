/** The fields of what `POST /ingest/*` takes, as tables of docs/ingest.md and as JSON Schema, read from its zod schemas. */
import path from 'node:path';
import { z } from 'zod';

interface Field {
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Field[];
  readonly items?: Field;
  readonly properties?: Readonly<Record<string, Field>>;
  readonly required?: readonly string[];
}

/** The field itself, without the null that stands for "not given". */
function plain(field: Field): Field {
  const [only, ...others] = (field.anyOf ?? []).filter(({ type }) => type !== 'null');
  return only === undefined || others.length > 0 ? field : { ...plain(only), ...field, anyOf: [] };
}

function typeOf(given: Field): string {
  const field = plain(given);
  if (field.enum) return field.enum.map((value) => `\`${value}\``).join(', ');
  if (field.type === 'array') return `list of ${field.items ? typeOf(field.items) : 'values'}`;
  if (field.type === 'object')
    return Object.keys(field.properties ?? {})
      .map((key) => `\`${key}\``)
      .join(', ');
  if (field.anyOf && field.anyOf.length > 0) return field.anyOf.map(typeOf).join(' or ');
  if (field.format === 'date-time') return 'instant';
  return field.type === 'boolean' ? 'true, false' : field.type === 'integer' ? 'whole number' : 'text';
}

function row(name: string, field: Field, isRequired: boolean): string {
  const own = plain(field);
  const fallback = own.default === undefined ? '' : ` Default: \`${JSON.stringify(own.default).replaceAll('"', '')}\`.`;
  return `| \`${name}\`${isRequired ? '*' : ''} | ${typeOf(field)} | ${own.description ?? ''}${fallback} |\n`;
}

async function kindsOf(root: string): Promise<Readonly<Record<string, z.ZodType>>> {
  const { kinds } = (await import(path.join(root, 'collector/src/connectors/ingest/schema.ts'))) as {
    kinds: Readonly<Record<string, z.ZodType>>;
  };
  return kinds;
}

/** JSON Schema (2020-12) of every kind, by the last part of its path: `#/$defs/deploy`. It takes what the collector takes, but for instants that lie before others or ahead of the clock. */
export async function ingestSchema(root: string): Promise<string> {
  const $defs = Object.fromEntries(
    Object.entries(await kindsOf(root)).map(([kind, schema]) => {
      const own: Record<string, unknown> = { ...z.toJSONSchema(schema, { io: 'input' }) };
      delete own['$schema'];
      return [kind, { title: `POST /ingest/${kind}`, ...own }];
    })
  );
  const whole = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'What POST /ingest/* takes',
    description: 'One document each; a body is one, an array of them, or one a line. Beside it: no end lies before its start, and nothing ahead of the clock (docs/ingest.md).', // prettier-ignore
    anyOf: Object.keys($defs).map((kind) => ({ $ref: `#/$defs/${kind}` })),
    $defs,
  };
  return `${JSON.stringify(whole, null, 2)}\n`;
}

/** One table for each kind of document. */
export async function fieldTables(root: string): Promise<string> {
  return Object.entries(await kindsOf(root))
    .map(([kind, schema]) => {
      const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' }) as Field;
      const rows = Object.entries(properties).map(([name, field]) => row(name, field, required.includes(name)));
      return `### \`POST /ingest/${kind}\`\n\n| field | type | what it says |\n| --- | --- | --- |\n${rows.join('')}\n`;
    })
    .join('');
}
