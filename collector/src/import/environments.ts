/** What deploy tools call production. Metrics read production only; other names are kept and named, never dropped. */

const PRODUCTION: ReadonlySet<string> = new Set([
  'production',
  'prod',
  'prd',
  'live',
  'production-environment',
  'main-production',
  'github-pages',
]);
const OTHERS: ReadonlySet<string> = new Set(
  'staging stage stg preprod pre-prod pre-production prerelease preview test testing tst qa uat acceptance acc dev development integration int sandbox demo ci local'.split(
    ' '
  )
);

export interface Environment {
  readonly name: string;
  /** What to say of it; null = production. */
  readonly notice: string | null;
}

/** Environment of a cell as metrics know it. */
export function environmentOf(raw: string): Environment {
  const name = raw.trim().toLowerCase();
  if (PRODUCTION.has(name)) return { name: 'production', notice: null };
  const what = OTHERS.has(name) ? 'is not production' : 'is not known as production';
  return {
    name,
    notice: `environment "${name}" ${what}: kept, but the delivery metrics read production alone. Write production where this serves users`,
  };
}
