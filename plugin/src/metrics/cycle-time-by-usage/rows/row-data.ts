/** A row of query.sql: its JSON with the packs beside it. */
import { integers } from '../../parts/packs.ts';

export type Data = Readonly<Record<string, unknown>>;

/** Who is in a pack of many people, and how many numbers each has. */
export function partsOf(data: Data, name = 'counts'): Array<{ person: string | null; count: number }> {
  const counts = integers(data[name]);
  return (data['people'] as Array<string | null>).map((person, index) => ({ person, count: counts[index] ?? 0 }));
}

export function optional(data: Data, name: string): number | null {
  const value = data[name];
  return typeof value === 'number' ? value : null;
}

export function text(data: Data, name: string): string {
  return nullable(data[name]) ?? '';
}

export function nullable(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function order(one: string, two: string): number {
  return one < two ? -1 : one > two ? 1 : 0;
}
