/** The keys of a connector's section as rows of docs/configuration.md, read from its zod schema. */
import type { z } from 'zod';

export interface KeyRow {
  readonly key: string;
  readonly type: string;
  readonly fallback: string;
  readonly text: string;
}

/** What is read of a zod definition. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly element?: z.core.$ZodType;
  readonly innerType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly out?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly entries?: Readonly<Record<string, string>>;
  readonly defaultValue?: unknown;
}

const definitionOf = (schema: z.core.$ZodType): Definition => schema._zod.def;

interface Read {
  readonly schema: z.core.$ZodType;
  readonly fallback: string;
  readonly text: string;
}

/** The type inside optional, default and transform, with what they say. */
function unwrap(schema: z.core.$ZodType, fallback = '–', text = ''): Read {
  const definition = definitionOf(schema);
  const described = text === '' ? ((schema as { description?: string }).description ?? '') : text;
  const inner = definition.innerType ?? (definition.type === 'pipe' ? definition.in : undefined);
  if (inner === undefined) {
    return { schema, fallback, text: described };
  }
  const own = definition.defaultValue;
  const shown = typeof own === 'string' ? own : JSON.stringify(own);
  const isEmpty = own !== null && typeof own === 'object' && Object.keys(own).length === 0;
  const said =
    own === undefined ? (definition.type === 'optional' ? 'none' : fallback) : isEmpty ? 'none' : `\`${shown}\``;
  return unwrap(inner, fallback === '–' ? said : fallback, described);
}

/** Type in words. A transformed text is a secret: nothing else is transformed in a section. */
function typeOf(schema: z.core.$ZodType, isSecret: boolean): string {
  const { type, element, entries } = definitionOf(schema);
  switch (type) {
    case 'enum':
      return Object.values(entries ?? {})
        .map((value) => `\`${value}\``)
        .join(', ');
    case 'array':
      return `list of ${element ? typeOf(unwrap(element).schema, isTransformed(element)) : 'values'}`;
    case 'boolean':
      return 'true, false';
    case 'string':
      return isSecret ? 'secret, as `${NAME}`' : 'text';
    case 'record':
      return 'names → values';
    default:
      return type;
  }
}

function isTransformed(schema: z.core.$ZodType): boolean {
  const { type, innerType } = definitionOf(schema);
  return type === 'pipe' || (innerType !== undefined && isTransformed(innerType));
}

/** One row per key, nested ones by their path. @throws Error for a key without description: nobody could configure it. */
export function describeSection(name: string, section: unknown): KeyRow[] {
  const { schema } = unwrap(section as z.core.$ZodType);
  const { shape = {} } = definitionOf(schema);
  return Object.entries(shape).flatMap(([key, value]) => {
    const at = `${name}.${key}`;
    const { schema: inner, fallback, text } = unwrap(value);
    const { shape: own, element } = definitionOf(inner);
    const item = element ? unwrap(element).schema : undefined;
    if (own) {
      return describeSection(at, inner);
    }
    if (item && definitionOf(item).shape) {
      return describeSection(`${at}[]`, item);
    }
    if (text === '') {
      throw new Error(`${at} has no description: say with .describe() what it decides`);
    }
    return [{ key: at, type: typeOf(inner, isTransformed(value)), fallback, text }];
  });
}

export const keyTable = (rows: readonly KeyRow[]): string =>
  [
    '| key | type | default | what it decides |\n| --- | --- | --- | --- |\n',
    ...rows.map(({ key, type, fallback, text }) => `| \`${key}\` | ${type} | ${fallback} | ${text} |\n`),
  ].join('');
