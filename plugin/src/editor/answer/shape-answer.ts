/** What the browser makes of an answer: links to the rows behind it, and the shape that its panel draws. */
import type { DataQueryRequest, DataQueryResponse } from '@grafana/data';
import type { MetricRegistry } from '../../metrics/query.ts';
import { heedSettings } from '../state/panel-type.ts';
import { readQuery } from '../state/query-state.ts';
import type { ThroughlineQuery } from '../state/types.ts';
import { withBars } from './bars.ts';
import { withEvidenceLinks } from './evidence-links.ts';
import { withHeat } from './heat.ts';
import { withLevels } from './levels.ts';
import { withCounts } from './lists.ts';
import { withOwnLinks } from './own-links.ts';
import { scaled } from './scaled.ts';
import { suited } from './suited.ts';
import { unjudged } from './unjudged.ts';
import { sayingWhyNothing } from './why-nothing.ts';
import { withoutNulls } from './xy-nulls.ts';

export interface AnswerPlace {
  readonly uid: string;
  readonly name: string;
  readonly metrics: MetricRegistry;
  /** As Grafana asked, before queries took the shape of their panel. */
  readonly request: DataQueryRequest<ThroughlineQuery>;
  /** The queries as they were sent, variables filled in. */
  readonly sent: readonly ThroughlineQuery[];
}

export function shapeAnswer(response: DataQueryResponse, { request, sent, ...source }: AnswerPlace): DataQueryResponse {
  const { panelPluginId, range, targets } = request;
  const { metrics } = source;
  const settings = heedSettings(request);
  const isOpen = new Set(
    targets.filter((target) => readQuery(target).params['format'] === undefined).map(({ refId }) => refId)
  );
  const open = sent.filter(({ refId }) => isOpen.has(refId));
  const linked = withEvidenceLinks(withOwnLinks(response, range), sent, { ...source, range });
  const counted = withCounts(linked, { panelPluginId, metrics, sent });
  const barred = withBars(counted, { panelPluginId, metrics, open });
  const drawn = withLevels(suited(barred, { panelPluginId, settings, metrics, sent }), panelPluginId, range);
  const width = request.maxDataPoints;
  const known = withoutNulls(withHeat(drawn, { panelPluginId, settings, width }), panelPluginId);
  const { ownText, axis } = settings ?? {};
  const told = sayingWhyNothing(known, { panelPluginId, range, ownText, axis, width });
  return unjudged(scaled(told, { panelPluginId, settings }), { panelPluginId, settings });
}
