/** Which pushes are received and which are not, in words. */
import type { Config } from '../config/schema.ts';
import { sectionOf } from '../connectors/configured.ts';
import { connectors } from '../connectors/registry.generated.ts';
import { pathOf } from './push.ts';
import type { Receiver } from './receivers.ts';

/** One line for whoever starts the collector. */
export function doorsInWords(config: Config, receivers: ReadonlyMap<string, Receiver>): string {
  const all = connectors.flatMap(({ id, pushes = [] }) =>
    pushes.map((push) => ({ id, path: pathOf({ connector: { id }, push }), isOn: receivers.has(`${id}/${push.id}`) }))
  );
  const on = all.filter(({ isOn }) => isOn).map(({ path }) => path);
  const off = [...new Set(all.filter(({ isOn }) => !isOn).map(({ id }) => id))];
  const isNamed = (id: string): boolean => sectionOf(id, config) !== undefined;
  const reasons = [
    { ids: off.filter((id) => !isNamed(id)), because: 'no such section in throughline.yaml' },
    { ids: off.filter(isNamed), because: 'no secret for it in its section' },
  ].filter(({ ids }) => ids.length > 0);
  const received = on.length === 0 ? 'No pushes are received' : `Pushes are received on ${on.join(', ')}`;
  const rest = reasons.map(({ ids, because }) => `${ids.join(', ')} (${because})`);
  return `${received}${rest.length === 0 ? '' : `; not: ${rest.join('; ')}`}.`;
}
