/** Sections of a page as files of the plugin, `runbooks/durability-gap.txt`: what alerts link to, also where Grafana reaches no other server. */
export function runbooksOf(page: string): ReadonlyMap<string, string> {
  const sections = page.split(/^## /m).slice(1);
  return new Map(
    sections.map((section) => {
      const title = section.slice(0, section.indexOf('\n'));
      return [
        `runbooks/${title
          .toLowerCase()
          .replaceAll(/[^\w]+/g, '-')
          .replace(/-$/, '')}.txt`,
        `${section.trim()}\n`,
      ];
    })
  );
}
