/**
 * A part of a project (merge requests, deployments …). Where it is switched off, or the user of the token may not see it, that is named and the other
 * parts are read; where the project itself vanished, it is gone.
 */
import type { Page, StreamContext } from '../../../connector.ts';
import { CollectorError } from '../../../errors.ts';
import { goneIfLost } from '../../../forge/gone.ts';
import { openGitLab } from '../client.ts';
import type { Section } from '../config.ts';
import { oneProject } from '../schema.ts';
import { foundOf } from './repositories.ts';

async function isThere(context: StreamContext<Section>): Promise<boolean> {
  try {
    await openGitLab(context).get(`projects/${String(foundOf(context).id)}`, {}, oneProject);
    return true;
  } catch (error) {
    if (error instanceof CollectorError && error.code === 'source_not_found') return false;
    throw error;
  }
}

/** @param what The part, as people know it: `deployments`. */
export async function* readPart<Cursor>(
  context: StreamContext<Section>,
  { what, start }: { readonly what: string; readonly start: Cursor },
  read: () => AsyncGenerator<Page<Cursor>>
): AsyncGenerator<Page<Cursor>> {
  let cursor = start;
  try {
    for await (const page of read()) {
      ({ cursor } = page);
      yield page;
    }
  } catch (error) {
    if (!(error instanceof CollectorError)) throw error;
    const isRefused = error.code === 'source_forbidden';
    if (isRefused || (error.code === 'source_not_found' && (await isThere(context)))) {
      yield { rows: [], cursor, skips: [{ item: `${what} of ${context.scope.name}`, reason: error.message }] };
      return;
    }
    yield* goneIfLost(context, cursor, async function* () {
      throw error;
    });
  }
}
