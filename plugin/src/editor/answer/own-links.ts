import type { DataFrame, DataLink, DataQueryResponse, Field } from '@grafana/data';

/** A link whose address is the text of another field of its row. */
const FROM_FIELD = /^\$\{__data\.fields\.(\w+)\}$/;

/**
 * Links that lead nowhere become text: a row whose address is not known has no link. Grafana would link it to about:blank; only a function can
 * say otherwise row by row, and functions do not come over the wire.
 */
export function withOwnLinks(response: DataQueryResponse): DataQueryResponse {
  const data = response.data.map((frame: DataFrame) => {
    const isLinked = frame.fields.some(({ config }) => config.links?.some(({ url }) => FROM_FIELD.test(url)));
    return isLinked ? { ...frame, fields: frame.fields.map((field) => linkedField(field)) } : frame;
  });
  return { ...response, data };
}

function linkedField(field: Field): Field {
  const { links } = field.config;
  return links === undefined
    ? field
    : {
        ...field,
        config: { ...field.config, links: links.map((link) => (FROM_FIELD.test(link.url) ? ifKnown(link) : link)) },
      };
}

function ifKnown(link: DataLink): DataLink {
  return {
    ...link,
    onBuildUrl: ({ replaceVariables }) => {
      const url = replaceVariables?.(link.url) ?? '';
      return /^https?:\/\//i.test(url) ? url : '';
    },
  };
}
