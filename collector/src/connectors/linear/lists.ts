/** Lists of an issue that are longer than what comes with it are read to their end; what is not read is named. */
import type { Skip } from '../../connector.ts';
import type { Linear } from './client.ts';
import { LISTS, restOf, type ListName } from './queries.ts';
import { issue as issueSchema, rest, type Issue } from './schema.ts';

const REST_PAGE = 100;
/** Pages of one list of one issue: ten thousand changes are an accident. */
const MOST_PAGES = 100;

/** @throws CollectorError as `Linear.ask`. */
export async function wholeIssue(issue: Issue, linear: Linear): Promise<{ readonly issue: Issue; readonly skips: Skip[] }> {
  const whole: Record<string, unknown> = { ...issue };
  const skips: Skip[] = [];
  for (const list of Object.keys(LISTS) as ListName[]) {
    const [good, bad]: [unknown[], Skip[]] = [[...issue[list].nodes.good], [...issue[list].nodes.bad]];
    let page = issue[list].pageInfo;
    for (let pages = 0; page?.hasNextPage === true && pages < MOST_PAGES; pages++) {
      const { issue: more } = await linear.ask(restOf(list), { id: issue.id, first: REST_PAGE, after: page.endCursor }, rest);
      const parsed = issueSchema.shape[list].safeParse(more?.[list]);
      if (!parsed.success) break;
      for (const node of parsed.data.nodes.good) good.push(node);
      for (const skip of parsed.data.nodes.bad) bad.push(skip);
      page = parsed.data.pageInfo;
    }
    for (const { item, reason } of bad) skips.push({ item: `linear issue ${issue.identifier} ${item}`, reason });
    if (page?.hasNextPage === true) skips.push({ item: `linear issue ${issue.identifier} ${list}`, reason: 'it could not be read to its end; what is told of it lacks the rest' });
    whole[list] = { ...issue[list], nodes: { good, bad, refused: [] } };
  }
  return { issue: whole as Issue, skips };
} // prettier-ignore
