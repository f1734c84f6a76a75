/** Text that follows from the folders of `collector/src/connectors`: registries, the README's table, the keys of their sections. */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { dataFlowSheet } from '../src/privacy/data-flow.ts';
import { fieldTables, ingestSchema } from './field-docs.ts';
import { describeSection, keyTable } from './section-docs.ts';

export interface GeneratedFile {
  readonly file: string;
  readonly text: string;
}

const FOLDER = 'collector/src/connectors';
/** What comes from files, not from a source. */
const FILES =
  '| CSV import | people, teams, usage per day, deployments, incidents, links, manual attribution | files ([format](docs/import.md)) |\n';
const NOTE = '// Generated from the folders beside this file by: npm run generate\n';

/** Connector folders on disk, by name. */
export function connectorFolders(root: string): string[] {
  return readdirSync(path.join(root, FOLDER), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(path.join(root, FOLDER, entry.name, 'index.ts')))
    .map(({ name }) => name)
    .sort();
}

const hasSection = (root: string, id: string): boolean => existsSync(path.join(root, FOLDER, id, 'config.ts'));
const camel = (id: string): string => id.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());

/** Which connectors there are, and their sections of `throughline.yaml`. */
export function registries(root: string): GeneratedFile[] {
  const ids = connectorFolders(root);
  const withSection = ids.filter((id) => hasSection(root, id));
  const registry = [
    NOTE,
    "import type { Connector } from '../connector.ts';\n",
    ...ids.map((id) => `import { connector as ${camel(id)} } from './${id}/index.ts';\n`),
    '\n// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each connector has a section of its own type\n',
    'export const connectors: ReadonlyArray<Connector<any>> = [\n',
    ...ids.map((id) => `  ${camel(id)},\n`),
    '];\n',
  ];
  const sections = [
    NOTE,
    ...withSection.map((id) => `import { section as ${camel(id)} } from './${id}/config.ts';\n`),
    '\nexport const sections = {\n',
    ...withSection.map((id) => `  '${id}': ${camel(id)}.optional(),\n`),
    '};\n',
  ];
  return [
    { file: `${FOLDER}/registry.generated.ts`, text: registry.join('') },
    { file: `${FOLDER}/sections.generated.ts`, text: sections.join('') },
  ];
}

/** The text between two markers replaced. @throws Error when the markers are missing. */
function between(text: string, name: string, body: string): string {
  const [start, end] = [`<!-- ${name}:start -->`, `<!-- ${name}:end -->`];
  const [from, to] = [text.indexOf(start), text.indexOf(end)];
  if (from < 0 || to < from) {
    throw new Error(`the markers ${start} and ${end} are missing`);
  }
  return `${text.slice(0, from)}${start}\n${body}${text.slice(to)}`;
}

interface Described {
  readonly id: string;
  readonly title: string;
  readonly reads: string;
  readonly needs: string;
}

/** Tables of README and docs/configuration.md. */
export async function tables(root: string): Promise<GeneratedFile[]> {
  const rows: string[] = [];
  const keys: string[] = [];
  for (const id of connectorFolders(root)) {
    const { connector } = (await import(path.join(root, FOLDER, id, 'index.ts'))) as { connector: Described };
    rows.push(`| [${connector.title}](${FOLDER}/${id}/README.md) | ${connector.reads} | ${connector.needs} |\n`);
    if (hasSection(root, id)) {
      const { section } = (await import(path.join(root, FOLDER, id, 'config.ts'))) as { section: unknown };
      keys.push(`### \`${id}\`: ${connector.title}\n\n${keyTable(describeSection(id, section))}\n`);
    }
  }
  const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
  const table = `\n| connector | reads | needs |\n| --- | --- | --- |\n${rows.join('')}${FILES}\n`;
  const none = 'No connector has a section of its own yet.\n\n';
  return [
    { file: 'README.md', text: between(read('README.md'), 'connectors', table) },
    { file: 'docs/ingest.md', text: between(read('docs/ingest.md'), 'fields', `\n${await fieldTables(root)}`) },
    { file: 'docs/ingest.schema.json', text: await ingestSchema(root) },
    { file: 'docs/data-flow.md', text: dataFlowSheet(read('collector/schema.sql')) },
    {
      file: 'docs/configuration.md',
      text: between(read('docs/configuration.md'), 'sections', `\n${keys.length === 0 ? none : keys.join('')}`),
    },
  ];
}
