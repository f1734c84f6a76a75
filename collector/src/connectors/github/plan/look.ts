/** Looks into repositories, some at a time. A part that the token may not see is left out from then on, and named. */
import { CollectorError, messageOf } from '../../../errors.ts';
import type { GitHub } from '../client.ts';
import type { Section } from '../config.ts';
import { isTooHeavy, Ladder } from '../../../forge/ladder.ts';
import { LOOK, PARTS, type Part } from '../queries/plan.ts';
import { look as schema, lookedAt, type LookedAt } from '../schema.ts';

/** Repositories in one question: fifty pull requests with their commits are what GitHub answers well. */
const AT_ONCE = 8;

export interface Looking {
  readonly github: GitHub;
  readonly section: Section;
  readonly signal: AbortSignal;
  readonly onRead: (done: number) => void;
}

export interface Seen {
  /** By node id; null = it is not there any more, or could not be read. */
  readonly repositories: ReadonlyMap<string, LookedAt | null>;
  /** Parts that the token may not see, with what GitHub said and the way out. */
  readonly refused: ReadonlyMap<Part, string>;
}

const isRefusal = (error: unknown): error is CollectorError =>
  error instanceof CollectorError && (error.code === 'source_forbidden' || error.code === 'source_not_found');

export async function lookAt(ids: readonly string[], { github, section, signal, onRead }: Looking): Promise<Seen> {
  const refused = new Map<Part, string>();
  const repositories = new Map<string, LookedAt | null>(ids.map((id) => [id, null]));
  const ladder = new Ladder(AT_ONCE);

  const ask = async (some: readonly string[], parts: readonly Part[]): Promise<void> => {
    const asked = Object.fromEntries(PARTS.map((part) => [part, parts.includes(part)]));
    const variables = { ids: some, labels: section.incident_labels, ...asked };
    const { data } = await github.askOnce(LOOK, variables, schema);
    for (const node of data.nodes) {
      const read = lookedAt.safeParse(node);
      if (read.success) repositories.set(read.data.id, { ...repositories.get(read.data.id), ...read.data });
    }
  };
  const askByPart = async (some: readonly string[]): Promise<void> => {
    for (const part of PARTS.filter((one) => !refused.has(one))) {
      try {
        await ask(some, [part]);
      } catch (error) {
        if (!isRefusal(error)) throw error;
        refused.set(part, messageOf(error));
      }
    }
  };

  for (let at = 0; at < ids.length;) {
    signal.throwIfAborted();
    const some = ids.slice(at, at + ladder.size);
    try {
      await ask(some, PARTS.filter((part) => !refused.has(part))); // prettier-ignore
      ladder.good();
    } catch (error) {
      if (isTooHeavy(error) && !ladder.isLowest) {
        ladder.shrink();
        continue;
      }
      if (!isRefusal(error)) throw error;
      await askByPart(some);
    }
    at += some.length;
    onRead(at);
  }
  return { repositories, refused };
}
