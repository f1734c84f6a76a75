/** What a store says, without the numbers that it gives its rows in the order in which they come. */
import type pg from 'pg';

const ANSWERS = {
  deployments: `select d.source, d.external_id, d.service_id, d.environment, r.slug, d.sha, d.ref, d.started_at, d.finished_at, d.result, d.kind,
      d.rollback_of, d.is_degraded, d.web_url, d.state_order, f.is_failed, f.failure_methods, f.is_rework, f.recovered_at
    from deployment d left join repo r using (repo_id) left join deployment_fact f using (deployment_id) order by 1, 2`,
  incidents: `select to_jsonb(i) - 'incident_id' as incident, l.method, l.confidence, d.external_id as deployment
    from incident i left join incident_link l using (incident_id) left join deployment d on d.deployment_id = l.deployment_id
    order by i.source, i.external_id`,
  changes: `select r.slug, to_jsonb(c) - array['change_id', 'repo_id'] as change from change c join repo r using (repo_id) order by 1, c.change_key`,
  events: `select r.slug, to_jsonb(e) - 'repo_id' as event from change_event e join repo r using (repo_id) order by 1, e.change_key, e.event_id`,
  builds: `select r.slug, to_jsonb(b) - 'repo_id' as build from build b join repo r using (repo_id) order by 1, b.external_id, b.attempt`,
  services: 'select * from service order by 1',
} as const;

export async function factsOf(pool: pg.Pool): Promise<Record<keyof typeof ANSWERS, unknown[]>> {
  const all = {} as Record<keyof typeof ANSWERS, unknown[]>;
  for (const [name, sql] of Object.entries(ANSWERS)) {
    all[name as keyof typeof ANSWERS] = (await pool.query<object>(sql)).rows;
  }
  return all;
}
