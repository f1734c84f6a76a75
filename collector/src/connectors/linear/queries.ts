/** Questions to Linear. What one costs is counted by it: an object 1, a field 0.1, a list so many times its length, 10,000 at most. */

const PAGE = 'pageInfo{hasNextPage endCursor}';

/** What lists of an issue hold, and how much of them comes with it: few issues have more, and what is asked for is paid for. */
export const LISTS = {
  labels: { first: 10, fields: 'name' },
  stateHistory: { first: 10, fields: 'id startedAt endedAt state{name type}' },
  attachments: { first: 4, fields: 'url' },
  history: { first: 10, fields: 'id createdAt fromCycleId toCycleId fromTeamId toTeamId' },
} as const;
export type ListName = keyof typeof LISTS;

const LISTED = Object.entries(LISTS)
  .map(([name, { first, fields }]) => `${name}(first:${String(first)}){${PAGE} nodes{${fields}}}`)
  .join(' ');

/** Those that changed first come first; archived ones, and those in the trash, too. */
export const ISSUES = `query issues($first:Int!,$after:String,$filter:IssueFilter){
  issues(first:$first,after:$after,includeArchived:true,sort:[{updatedAt:{order:Ascending}}],filter:$filter){${PAGE}
    nodes{id identifier previousIdentifiers createdAt updatedAt archivedAt trashed startedAt completedAt canceledAt addedToCycleAt estimate url
      team{key} parent{id} cycle{id} assignee{id email} delegate{id} ${LISTED}}}}`;

/** More of a list of one issue. */
export const restOf = (list: ListName): string =>
  `query rest($id:String!,$first:Int!,$after:String){issue(id:$id){${list}(first:$first,after:$after){${PAGE} nodes{${LISTS[list].fields}}}}}`;

export const TEAMS = `query teams($first:Int!,$after:String){teams(first:$first,after:$after,includeArchived:true){${PAGE} nodes{id key name}}}`;
export const CYCLES = `query cycles($first:Int!,$after:String,$filter:CycleFilter){
  cycles(first:$first,after:$after,includeArchived:true,filter:$filter){${PAGE} nodes{id number name startsAt endsAt completedAt updatedAt team{key}}}}`;
export const STATES = `query states($first:Int!,$after:String){workflowStates(first:$first,after:$after){${PAGE} nodes{name type}}}`;
