/** Packs of deployments: who is behind the changes of each, beside the fact. */
import type { Client } from '../work-list.ts';

/** Packs deployments after their facts and change sets were written; whatever was packed of them before is gone. */
export async function packDeployments(client: Client, deployments: readonly string[]): Promise<void> {
  if (deployments.length === 0) return;
  await client.query(
    'insert into pack.deployment_pack select * from pack.deployment_packing where deployment_id = any($1::bigint[])',
    [deployments]
  );
}
