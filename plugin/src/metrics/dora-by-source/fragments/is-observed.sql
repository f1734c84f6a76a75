-- Without any incident, rollback or hotfix in the store nobody reports failures: none is not zero (metrics.md 0.5).
exists (select from incident where started_at < :to::timestamptz)
  or exists (select from deployment_fact where is_failed or is_rework or kind in ('rollback', 'hotfix'))
