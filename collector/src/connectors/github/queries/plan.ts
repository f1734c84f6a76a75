/** What a plan looks at in some repositories at once: one question, of which each part may need another right. */
import { ACTOR, RATE } from './common.ts';

const TREE = (name: string, folder: string): string =>
  `${name}:object(expression:"HEAD:${folder}"){...on Tree{entries{name object{...on Tree{entries{name}}}}}}`;

/** Deployments, tags and pull requests of each repository that are looked at. */
export const NEWEST = { deployments: 50, tags: 100, merged: 5, authors: 50, commits: 20 } as const;

/** Parts by the right that each needs. */
export const PARTS = ['contents', 'deployments', 'pulls', 'issues'] as const;
export type Part = (typeof PARTS)[number];

export const LOOK = `query look($ids:[ID!]!,$labels:[String!],$contents:Boolean!,$deployments:Boolean!,$pulls:Boolean!,$issues:Boolean!){${RATE}
  nodes(ids:$ids){...on Repository{id
    workflows:object(expression:"HEAD:.github/workflows")@include(if:$contents){...on Tree{entries{name object{...on Blob{text}}}}}
    a:object(expression:"HEAD:.github/CODEOWNERS")@include(if:$contents){...on Blob{text}}
    b:object(expression:"HEAD:CODEOWNERS")@include(if:$contents){...on Blob{text}}
    c:object(expression:"HEAD:docs/CODEOWNERS")@include(if:$contents){...on Blob{text}}
    ...Folders@include(if:$contents)
    refs(refPrefix:"refs/tags/",first:${String(NEWEST.tags)},orderBy:{field:TAG_COMMIT_DATE,direction:DESC})@include(if:$contents){totalCount nodes{name}}
    releases(first:1)@include(if:$contents){totalCount}
    deployments(first:${String(NEWEST.deployments)},orderBy:{field:CREATED_AT,direction:DESC})@include(if:$deployments){totalCount nodes{environment originalEnvironment}}
    environments(first:30)@include(if:$deployments){totalCount nodes{name}}
    merged:pullRequests(first:${String(NEWEST.merged)},states:[MERGED],orderBy:{field:UPDATED_AT,direction:DESC})@include(if:$pulls){nodes{
      author{...Actor} mergeCommit{message authoredDate author{name email} committer{name email}}
      commits(last:${String(NEWEST.commits)}){nodes{commit{message authoredDate author{name email} committer{name email}}}}}}
    recent:pullRequests(first:${String(NEWEST.authors)},orderBy:{field:UPDATED_AT,direction:DESC})@include(if:$pulls){nodes{author{...Actor}}}
    incidents:issues(first:1,labels:$labels)@include(if:$issues){totalCount}}}}
fragment Folders on Repository{${TREE('apps', 'apps')} ${TREE('services', 'services')}}
${ACTOR}`;
