import type { DataFrame, DataLink, DataQueryResponse, DateTime, Field, TimeRange } from '@grafana/data';

/** A link whose address is, or begins with, the text of another field of its row. */
const FROM_FIELD = /^\$\{__data\.fields\.(\w+)\}/;
/** A page of the web, or a board of this Grafana. */
const ADDRESS = /^(https?:\/\/|\/d\/)/i;

/** Grafana fills in the range of the board; of a panel that has a range of its own it fills in nothing. */
const RANGE = '${__url_time_range}';

/**
 * Links on the range of their panel, and text instead of those that lead nowhere: a row whose address is not known has no link. Grafana would link it
 * to about:blank; only a function can say otherwise row by row, and functions do not come over the wire.
 */
export function withOwnLinks(response: DataQueryResponse, { raw }: TimeRange): DataQueryResponse {
  const range = `from=${inUrl(raw.from)}&to=${inUrl(raw.to)}`;
  const isOwn = (url: string): boolean => FROM_FIELD.test(url) || url.includes(RANGE);
  const data = response.data.map((frame: DataFrame) => {
    const isLinked = frame.fields.some(({ config }) => config.links?.some(({ url }) => isOwn(url)));
    return isLinked ? { ...frame, fields: frame.fields.map((field) => linkedField(field, range)) } : frame;
  });
  return { ...response, data };
}

/** In the words of the panel (`now-90d`), or as an instant. */
const inUrl = (end: DateTime | string): string => encodeURIComponent(typeof end === 'string' ? end : end.valueOf());

function linkedField(field: Field, range: string): Field {
  const { links } = field.config;
  if (links === undefined) return field;
  const own = links.map((link) => {
    const ranged = { ...link, url: link.url.replaceAll(RANGE, range) };
    return FROM_FIELD.test(link.url) ? ifKnown(ranged) : ranged;
  });
  return { ...field, config: { ...field.config, links: own } };
}

function ifKnown(link: DataLink): DataLink {
  return {
    ...link,
    onBuildUrl: ({ replaceVariables }) => {
      const url = replaceVariables?.(link.url) ?? '';
      return ADDRESS.test(url) ? url : '';
    },
  };
}
