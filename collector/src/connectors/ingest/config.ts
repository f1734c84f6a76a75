/** Section `ingest` of throughline.yaml. */
import { z } from 'zod';
import { secret } from '../../secret.ts';

export const section = z
  .strictObject({
    tokens: z
      .array(secret())
      .default([])
      .describe('Bearer tokens that may send. Several, so that one can be replaced without a gap.'),
    bound_tokens: z
      .array(
        z.strictObject({
          token: secret().describe('Bearer token, as `${NAME}`.'),
          organisations: z
            .array(z.string().min(1))
            .min(1)
            .describe(
              'Organisations (`workspace.org_slug`, owners of repositories) for which it may send: what names none is theirs, a body that names another is refused.'
            ),
        })
      )
      .default([])
      .describe('Tokens that may send changes, reviews, builds and tool events of some organisations alone.'),
    token_file: z
      .string()
      .optional()
      .describe('File with such tokens, one a line (a mounted secret). Read again when it changes.'),
  })
  .refine(
    ({ tokens, bound_tokens: bound, token_file: file }) => tokens.length + bound.length > 0 || file !== undefined,
    'give tokens, bound_tokens or token_file'
  );

export type Section = z.infer<typeof section>;
