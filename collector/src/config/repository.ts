/** `repositories[]` of throughline.yaml, and the kinds of values that other sections share with it. */
import { z } from 'zod';

export const isoDate = z.iso.date({
  error: ({ input }) => `${JSON.stringify(input) ?? 'nothing'} is no day of the calendar; write one like 2026-01-31`,
});
export const slug = z.string().regex(/^[a-z0-9][a-z0-9_.-]*$/, 'use lower-case letters, digits, dots, dashes');

/** A repository to read. Either `path` (a local clone, never written to) or `url` (mirrored under the data folder). */
export const repositorySchema = z
  .strictObject({
    path: z.string().optional().describe('Local clone, bare or not; relative to the file that names it.'),
    url: z.string().optional().describe('Remote to mirror. Credentials belong into a git credential helper or ${ENV}.'),
    slug: z.string().optional().describe('Name in panels. Default: owner/name of the remote, or the folder name.'),
    branch: z.string().optional().describe('Branch to measure. Default: the default branch.'),
    service: slug.optional().describe('Service built from it. Default: the repository is its own service.'),
    team: slug.optional().describe('Owner team for changes whose author has no team.'),
    human_before: isoDate
      .optional()
      .describe('Changes merged before this date count as human (no AI tool existed here).'),
    tag_patterns: z
      .array(z.string())
      .optional()
      .describe('Tags that are production deployments. Default: v* and plain semver.'),
    prereleases: z
      .array(z.string())
      .optional()
      .describe('Tags that are pre-releases whatever their version says: globs or /regular expressions/.'),
    releases: z
      .array(z.string())
      .optional()
      .describe('Tags that are releases although their version has a pre-release part. Default: SemVer decides.'),
    deployments: z
      .strictObject({
        tags: z
          .array(
            z.strictObject({
              pattern: z.string().describe('Glob over the whole name, or /regular expression/.'),
              service: slug
                .optional()
                .describe('Default: the group `service` of the expression, else that of the repository.'),
              environment: slug.optional().describe('Default: production; prerelease for versions such as 1.2.0-rc.1.'),
            })
          )
          .min(1)
          .describe('The first rule that fits a tag decides; a tag that fits none is no deployment.'),
      })
      .optional()
      .describe('What tags deploy where, in place of tag_patterns.'),
    notes_ref: z.string().default('refs/notes/ai').describe('Notes with line attestations.'),
  })
  .refine((repo) => (repo.path === undefined) !== (repo.url === undefined), 'give either path or url')
  .refine(
    (repo) => repo.tag_patterns === undefined || repo.deployments === undefined,
    'give either tag_patterns or deployments.tags'
  );

/** A repository as the configuration names it. */
export type RepositoryConfig = z.infer<typeof repositorySchema>;
