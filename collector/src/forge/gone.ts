/** A repository that vanishes between two pages ends its streams in peace: what is known of it stays. */
import type { Page, StreamContext } from '../connector.ts';
import { CollectorError } from '../errors.ts';

export async function* goneIfLost<Cursor>(
  context: Pick<StreamContext<unknown>, 'scope' | 'now'>,
  cursor: Cursor,
  read: () => AsyncGenerator<Page<Cursor>>
): AsyncGenerator<Page<Cursor>> {
  let last = cursor;
  try {
    for await (const page of read()) {
      last = page.cursor;
      yield page;
    }
  } catch (error) {
    if (!(error instanceof CollectorError) || error.code !== 'source_not_found') {
      throw error;
    }
    const { name } = context.scope;
    yield {
      rows: [{ table: 'repo', values: { slug: name, gone_at: context.now() } }],
      skips: [
        {
          item: name,
          reason: 'it went away while it was read (deleted, or the token lost its right); what is known of it stays',
        },
      ],
      cursor: last,
    };
  }
}
