// Links of the boards' tables and texts lead somewhere: Grafana keeps what their addresses are made of.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { textUtil } from '@grafana/data';
import { allPanels } from '../../dashboards/src/all-panels.ts';
import { answered } from '../../dashboards/src/pixels.ts';

interface Panel {
  readonly type: string;
  readonly title: string;
  readonly targets?: ReadonlyArray<{ readonly queryType: string; readonly params: Record<string, unknown> }>;
  readonly transformations?: ReadonlyArray<{
    readonly id: string;
    readonly options: { readonly include?: { readonly names?: readonly string[] } };
  }>;
  readonly options?: { readonly content?: string };
}

const folder = path.join(__dirname, '../../dashboards');
const panels = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .flatMap((file) =>
    allPanels((JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as { panels: Panel[] }).panels)
  );

/** Columns of a table that is cut to some, each with the columns that its link is made of. */
function linked({ targets = [], transformations = [] }: Panel): Array<{ kept: readonly string[]; needs: string[] }> {
  const kept = transformations.find(({ id }) => id === 'filterFieldsByName')?.options.include?.names;
  const [target] = targets;
  if (kept === undefined || target === undefined) return [];
  const columns = answered(target);
  const labelOf = (name: string) => columns.find((one) => one.name === name)?.label ?? name;
  return columns.flatMap(({ label, link }) => {
    const needs = [...(link?.url.matchAll(/\$\{__data\.fields\.(\w+)\}/g) ?? [])].map(([, name = '']) => labelOf(name));
    return kept.includes(label) && needs.length > 0 ? [{ kept, needs }] : [];
  });
} // prettier-ignore

it('a table that shows a linked column keeps the column that its address is in', () => {
  const all = panels.flatMap(linked);
  // Start here, and the rows of Evidence.
  expect(all.length).toBeGreaterThan(5);
  for (const { kept, needs } of all) expect(kept).toEqual(expect.arrayContaining(needs));
});

it('a link of a text still has its address when Grafana has cleaned the text', () => {
  const links = panels.flatMap(({ type, options }) =>
    type === 'text' ? [...(options?.content ?? '').matchAll(/\]\(([^)]*)\)/g)].map(([, url = '']) => url) : []
  );
  expect(links.length).toBeGreaterThan(10);
  for (const url of links) expect(textUtil.sanitizeTextPanelContent(`<a href="${url}">board</a>`)).toContain(`href="${url}`);
}); // prettier-ignore
