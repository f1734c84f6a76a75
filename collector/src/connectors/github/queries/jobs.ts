/** Jobs of runs of GitHub Actions, those of earlier attempts too: they are the check runs of the run's check suite, a hundred runs for one point. */
import { PAGE, RATE } from './common.ts';

const JOBS_OF = `fragment Jobs on CheckSuite{checkRuns(first:$first,after:$after,filterBy:{checkType:ALL}){totalCount ${PAGE}
  nodes{id databaseId name status conclusion startedAt completedAt detailsUrl}}}`;

export const JOBS = `query jobs($ids:[ID!]!,$first:Int!,$after:String){${RATE} nodes(ids:$ids){...on CheckSuite{id ...Jobs}}} ${JOBS_OF}`;

/** Further jobs of one run. */
export const JOBS_REST = `query jobsRest($id:ID!,$first:Int!,$after:String){${RATE} node(id:$id){...on CheckSuite{...Jobs}}} ${JOBS_OF}`;
