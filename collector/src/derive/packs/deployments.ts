/** Packs of deployments: who is behind the changes of each, beside the fact. */
import type { Client } from '../work-list.ts';

/** Packs deployments anew, after their facts and change sets were written; one that is gone has no pack. */
export async function packDeployments(
  client: Client,
  deployments: { readonly gone: readonly string[]; readonly written: readonly string[] }
): Promise<void> {
  if (deployments.gone.length + deployments.written.length === 0) return;
  await client.query('delete from pack.deployment_pack where deployment_id = any($1::bigint[])', [
    [...deployments.gone, ...deployments.written],
  ]);
  await client.query(
    'insert into pack.deployment_pack select * from pack.deployment_packing where deployment_id = any($1::bigint[])',
    [deployments.written]
  );
}
