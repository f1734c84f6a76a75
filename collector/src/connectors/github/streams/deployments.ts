/**
 * GitHub deployments. They have no order but that of their making, and get their end later: the list is read down to what is known, and
 * those that had not ended are asked for again.
 */
import type { z } from 'zod';
import type { Page, Stream, StreamContext } from '../../../connector.ts';
import { given, notFound, openGitHub, unitWith } from '../client.ts';
import { providerOf, type Section } from '../config.ts';
import { AHEAD_MS } from '../../../incident-rows.ts';
import { deploymentsCursor, found as foundSchema, type DeploymentsCursor, type Found } from '../cursors.ts';
import { Following } from '../following.ts';
import { deploymentRow, endOf, placeOf, rawEnvironment, type Target } from '../normalize/deployments.ts';
import { DEPLOYMENTS, DEPLOYMENTS_TOGETHER } from '../queries/repositories.ts';
import { deployments as schema } from '../schema.ts';
import { firstPage, type FirstPage, type OfRepository } from '../together.ts';
import { digestOf, readBackTo, serviceRow, sinceOf } from '../../../forge/rules.ts';
import { goneIfLost } from '../../../forge/gone.ts';
import { foundOf, isLookedAtSince } from './repositories.ts';

const PAGE = 100;
/** Of each repository, where several are asked together: each has up to twenty states. */
const PAGE_TOGETHER = 20;
const DAY = 86_400_000;
/** What has not ended by then was forgotten by whoever began it. */
const OPEN_DAYS = 7;

/** Service and repository that deployments without words of their own belong to. */
export function targetOf(context: StreamContext<Section>): Target {
  const slug = context.scope.name;
  const repository = context.repositories.find((one) => one.slug === slug);
  return { source: providerOf(context.section), slug, service: repository?.service ?? slug, webUrl: null };
}

const isIdle = (cursor: DeploymentsCursor, found: Found, askedAt: Date | null): boolean =>
  cursor.pass === null &&
  cursor.open.length === 0 &&
  isLookedAtSince(cursor.readAt, found, askedAt) &&
  (found.deployments === null || (cursor.seen !== null && Date.parse(found.deployments) <= Date.parse(cursor.seen)));

/** A page of the list; the first is asked together with those of other repositories. */
async function read(
  of: OfRepository,
  { start, after }: { readonly start: DeploymentsCursor; readonly after: string | null }
): Promise<FirstPage<z.infer<typeof schema>>> {
  const readAt = of.context.now();
  if (after !== null)
    return { ...(await of.github.ask(DEPLOYMENTS, { id: of.found.id, first: PAGE, after }, schema)), readAt };
  return firstPage(of, {
    alone: { query: DEPLOYMENTS, variables: { first: PAGE } },
    together: { query: DEPLOYMENTS_TOGETHER, variables: { first: PAGE_TOGETHER } },
    schema,
    isAskedOf: ({ deployments: newest }) => newest !== null && (start.seen === null || newest > start.readAt),
  });
}

async function* pages(
  context: StreamContext<Section>,
  found: Found,
  start: DeploymentsCursor
): AsyncGenerator<Page<DeploymentsCursor>> {
  const github = await openGitHub(context);
  const target = targetOf(context);
  const now = context.now().getTime();
  const since = sinceOf(context.section, context.now()).getTime();
  const open = new Set(start.open);
  // Down to the oldest that was still open, and a day below what is known.
  const floor = start.seen === null ? since : start.open.reduce((least, one) => Math.min(least, Date.parse(one.split(' ')[1] ?? '')), Date.parse(start.seen) - DAY); // prettier-ignore
  const following = new Following(`deployments of ${found.name}`);
  let pass = start.pass ?? { after: null, newest: start.seen ?? new Date(0).toISOString(), open: [] };
  let done = 0;
  for (;;) {
    const answer = await read({ context, github, found }, { start, after: pass.after });
    if (answer.data.node === null) throw notFound(`The repository ${found.name}`);
    const { pageInfo, totalCount, nodes, bad } = answer.data.node.deployments;
    const { nodes: all, skips } = given(answer.data.node.deployments, 'deployments', answer.errors);
    const wanted = all.filter((one) => one.createdAt.getTime() >= floor);
    const waiting = wanted.filter((one) => endOf(one) === null && one.createdAt.getTime() > now - OPEN_DAYS * DAY);
    // A clock that is far ahead must not make everything after it old.
    const newest = wanted.reduce((last, one) => Math.max(last, Math.min(one.createdAt.getTime(), now + AHEAD_MS)), Date.parse(pass.newest)); // prettier-ignore
    pass = {
      after:
        wanted.length < all.length ? null : following.next({ pageInfo, totalCount, count: nodes.length + bad.length }),
      newest: new Date(newest).toISOString(),
      open: [...pass.open, ...waiting.map((one) => `${one.id} ${one.createdAt.toISOString()}`)],
    };
    done += wanted.length;
    const isLast = pass.after === null;
    const naming = { ...target, rules: context.section.environments, name: found.name };
    const services = new Set(wanted.map((one) => placeOf(rawEnvironment(one), naming).service));
    const isCut = isLast && start.seen === null && wanted.length < all.length;
    yield {
      rows: [
        ...(isCut ? [readBackTo(target, since)] : []),
        ...[...services].map((service) => serviceRow({ service })),
        ...wanted.flatMap((one) => deploymentRow(one, naming) ?? []),
      ],
      skips,
      cursor: isLast
        ? { ...start, seen: pass.newest, open: pass.open, pass: null, readAt: answer.readAt.toISOString() }
        : { ...start, open: [...open], pass },
      ...(isLast ? { watermark: answer.readAt } : {}),
      progress: { done, total: totalCount, unit: unitWith('deployments', github) },
    };
    if (isLast) return;
  }
}

async function* pull(
  context: StreamContext<Section>,
  stored: DeploymentsCursor | null
): AsyncGenerator<Page<DeploymentsCursor>> {
  const found = foundOf(context, foundSchema);
  const readAt = context.now().toISOString();
  const rules = digestOf(context.section.environments);
  const isSame = stored !== null && stored.rules === rules;
  const start: DeploymentsCursor = isSame
    ? stored
    : { seen: null, open: [], pass: null, readAt: new Date(0).toISOString(), rules };
  if (isIdle(start, found, context.askedAt)) {
    yield { rows: [], cursor: { ...start, readAt }, watermark: new Date(found.lookedAt) };
    return;
  }
  yield* goneIfLost(context, start, () => pages(context, found, start));
}

export const deployments: Stream<Section, DeploymentsCursor> = {
  id: 'deployments',
  cursor: deploymentsCursor,
  every: '4-59/10 * * * *',
  isEarly: true,
  scopes: ({ found }) => found('repositories'),
  needs: 'repositories',
  pull,
};
