/**
 * Users of the organisation's directory: an export in the form of SCIM 2.0 (RFC 7644, ListResponse of User resources; Okta, Entra ID and others
 * give it). All addresses of one user are one person. Pure.
 */
import { z } from 'zod';
import type { HouseRow } from '../connector.ts';
import { CollectorError } from '../errors.ts';
import type { ImportContext } from './file-kind.ts';
import type { ReadResult, RowFault } from './read-file.ts';

/** Provider of the accounts, as derive/identity joins them. */
const SSO = 'sso';

const list = z.object({
  totalResults: z.number().optional(),
  Resources: z.array(z.unknown()),
});

/** What is read of a user; names, titles and the like are not. */
const user = z.object({
  id: z.string().trim().min(1),
  userName: z.string().trim().min(1),
  emails: z
    .array(z.object({ value: z.string().trim().min(1) }))
    .nullish()
    .transform((emails) => emails ?? []),
});

const isAddress = (text: string): boolean => text.indexOf('@') > 0 && !text.includes(' ') && !text.endsWith('@');

function fail(file: string, reason: string): never {
  throw new CollectorError({
    code: 'import_file',
    message: `${file}: ${reason}. Export the users as a SCIM 2.0 ListResponse; nothing was imported.`,
    fault: 'source',
  });
}

function rowsOf({ id, userName, emails }: z.infer<typeof user>, { accountId }: ImportContext): HouseRow[] {
  const addresses = new Set([userName, ...emails.map(({ value }) => value)].map((one) => one.toLowerCase()).filter(isAddress)); // prettier-ignore
  const account = (key: string, values: HouseRow['values']): HouseRow => ({
    table: 'account',
    values: { account_id: accountId(SSO, `${id} ${key}`), provider: SSO, external_id: id, kind: 'human', ...values },
  });
  const login = isAddress(userName) ? [] : [account(userName, { login: userName })];
  return [...login, ...[...addresses].map((email) => account(email, { email }))];
}

/**
 * A user that cannot be read is refused with its place among the users, the others are kept. Who left stays: work of former people is still
 * theirs.
 * @throws CollectorError `import_file` when it is no such export.
 */
export function readScim(file: string, content: string, context: ImportContext): ReadResult {
  let document: unknown;
  try {
    document = JSON.parse(content);
  } catch {
    return fail(file, 'it is no JSON');
  }
  const parsed = list.safeParse(document);
  if (!parsed.success) return fail(file, 'it has no list "Resources" of users');
  const rows: HouseRow[] = [];
  const faults: RowFault[] = [];
  const { Resources: users, totalResults: total } = parsed.data;
  for (const [index, one] of users.entries()) {
    const read = user.safeParse(one);
    if (read.success) for (const row of rowsOf(read.data, context)) rows.push(row);
    else {
      const [issue] = read.error.issues;
      faults.push({ line: index + 1, column: issue?.path.map(String).join('.') ?? '', value: '', reason: 'is missing or no text; this is the number of the user, not of a line' }); // prettier-ignore
    }
  }
  const isPart = total !== undefined && total > users.length;
  return {
    rows,
    faults,
    goodCount: users.length - faults.length,
    unknownColumns: [],
    notices: isPart ? [`holds ${String(users.length)} of ${String(total)} users: import the other pages too`] : [],
  };
}
