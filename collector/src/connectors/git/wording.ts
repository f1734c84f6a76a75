/**
 * How forges and merge robots word merges and reverts: data, tried in order, the first that fits decides. Each entry holds examples,
 * which are tests. Numbers of more than ten digits are no request numbers.
 */
import { pattern, type Pattern } from '../../text/pattern.ts';

/** A wording of a merged request. Named groups: `number`, `title`, `branch`, `owner`. */
export interface MergeWording {
  readonly forge: string;
  /** Words without which the message is not of this kind: asked first, since most messages are of none. */
  readonly needs: string;
  readonly subject: Pattern;
  /** Where the body names the request; required where it is given. */
  readonly body?: Pattern;
  /** The body names exactly one request: a list of them is about others. */
  readonly isSole?: boolean;
  /** Only merge commits are worded so: the subject says little. */
  readonly isMergeOnly?: boolean;
  /** Message → number, title, branch. */
  readonly examples: ReadonlyArray<
    readonly [message: string, number: string | null, title: string, branch: string | null]
  >;
}

export const MERGES: readonly MergeWording[] = [
  {
    forge: 'Gitea and Forgejo',
    needs: 'Merge pull request',
    subject: pattern`^Merge pull request '(?P<title>.*)' \([#!](?P<number>\d{1,10})\) from (?:[^\s/:]+:)?(?P<branch>\S+)(?: into .*)?$`,
    examples: [
      [
        "Merge pull request 'Add totals' (#9) from bo:x into main\n\nReviewed-on: https://codeberg.org/a/b/pulls/9",
        '9',
        'Add totals',
        'x',
      ],
    ],
  },
  {
    forge: 'Bitbucket Data Center, older',
    needs: 'Merge pull request',
    subject: pattern`^Merge pull request #(?P<number>\d{1,10}) in \S+ from (?P<branch>\S+) to \S+`,
    examples: [
      [
        "Merge pull request #12 in SHOP/cart from feature/x to main\n\n* commit '0123':\n  Add totals",
        '12',
        'Merge pull request #12 in SHOP/cart from feature/x to main',
        'feature/x',
      ],
    ],
  },
  {
    forge: 'Bitbucket Data Center',
    needs: 'Pull request #',
    subject: pattern`^Pull request #(?P<number>\d{1,10}): (?P<title>.+)$`,
    body: pattern`(?m)^(?:Merge|Squash(?:ed)?(?: merge)?|Merged?) in \S+ from (?P<branch>\S+) to \S+`,
    examples: [
      [
        "Pull request #12: Add totals\n\nMerge in SHOP/cart from feature/x to main\n\n* commit '0123':\n  Add totals",
        '12',
        'Add totals',
        'feature/x',
      ],
    ],
  },
  {
    forge: 'Bitbucket Cloud',
    needs: 'Merged in',
    subject: pattern`^Merged in (?P<branch>\S+) \(pull request #(?P<number>\d{1,10})\)`,
    examples: [['Merged in topic/a (pull request #4)\n\nAdd totals\n\nApproved-by: Ana', '4', 'Add totals', 'topic/a']],
  },
  {
    forge: 'Azure DevOps',
    needs: 'Merged PR',
    subject: pattern`^Merged PR (?P<number>\d{1,10}): (?P<title>.+)$`,
    examples: [['Merged PR 5: Add totals\n\nRelated work items: #7', '5', 'Add totals', null]],
  },
  {
    forge: 'Azure DevOps, older',
    needs: 'Merge pull request',
    subject: pattern`^Merge pull request (?P<number>\d{1,10}) from (?P<branch>\S+) into \S+`,
    examples: [['Merge pull request 5 from topic into main\n\nAdd totals', '5', 'Add totals', 'topic']],
  },
  {
    forge: 'Gitee',
    needs: 'Merge pull request',
    subject: pattern`^!(?P<number>\d{1,10}) (?P<title>.+)$`,
    body: pattern`(?m)^Merge pull request !\d{1,10} from (?P<branch>\S+)`,
    examples: [['!31 Add totals\nMerge pull request !31 from Bo/topic', '31', 'Add totals', 'Bo/topic']],
  },
  {
    forge: 'GitHub',
    needs: 'Merge ',
    subject: pattern`^Merge (?:pull request|PR) #(?P<number>\d{1,10}) from (?P<owner>[^\s/:]+[/:])?(?P<branch>\S+)`,
    examples: [
      ['Merge pull request #7 from acme/feat/cart\n\nfeat: cart', '7', 'feat: cart', 'feat/cart'],
      ['Merge pull request #7 from acme:cart\n\nfeat: cart', '7', 'feat: cart', 'cart'],
    ],
  },
  {
    forge: 'homu and its rollups',
    needs: ' of #',
    subject: pattern`^(?:Auto merge|Rollup merge|Unrolled build|Merge) of #(?P<number>\d{1,10})(?: - (?:[^:\s]+:)?(?P<branch>[^\s,]+))?`,
    examples: [
      ['Auto merge of #31 - bo:quick, r=ana\n\nQuicker', '31', 'Quicker', 'quick'],
      ['Rollup merge of #32 - bo:quick, r=ana\n\nQuicker', '32', 'Quicker', 'quick'],
      ['Merge of #33\n\nQuicker', '33', 'Quicker', null],
    ],
  },
  {
    forge: 'bors',
    needs: ' #',
    subject: pattern`^(?:Merge|Try) #(?P<number>\d{1,10})(?: #\d{1,10})*\s*$`,
    body: pattern`(?m)^\d{1,10}: (?P<title>.*\S) r=\S+ a=\S+`,
    examples: [
      ['Merge #201\n\n201: Add totals r=bo a=ana\n\nMore.', '201', 'Add totals', null],
      ['Merge #201 #202\n\n201: Add totals r=bo a=ana\n\n202: Add exports r=bo a=ana', '201', 'Add totals', null],
    ],
  },
  {
    forge: 'Mergify queue',
    needs: 'queue',
    subject: pattern`^(?:\[?[Mm]ergify\]? )?merge queue: (?:merging|embarking) #(?P<number>\d{1,10})\b`,
    examples: [],
  },
  {
    forge: 'GitLab',
    needs: 'Merge branch',
    subject: pattern`^Merge branch '(?P<branch>[^']+)'`,
    body: pattern`(?m)^See merge request (?:\S*!|\S*/merge_requests/)(?P<number>\d{1,10})\s*$`,
    examples: [
      ["Merge branch 'fix' into 'main'\n\nFix it\n\nSee merge request acme/shop!12", '12', 'Fix it', 'fix'],
      ["Merge branch 'fix' into 'main'\n\nFix it\n\nSee merge request !12", '12', 'Fix it', 'fix'],
      [
        "Merge branch 'fix'\n\nFix it\n\nSee merge request https://gitlab.com/acme/shop/-/merge_requests/12",
        '12',
        'Fix it',
        'fix',
      ],
    ],
  },
  {
    forge: 'GitLab, a squash that names its request',
    needs: 'equest',
    subject: pattern`^(?P<title>.*\S)`,
    body: pattern`(?m)^(?:See merge request (?:\S*!|\S*/merge_requests/)|Merge request:? (?:\S*!|\S*/merge_requests/)|Merge-Request: \S*!)(?P<number>\d{1,10})\s*$`,
    isSole: true,
    examples: [['Add totals\n\nSee merge request acme/shop!201', '201', 'Add totals', null]],
  },
  {
    forge: 'ghstack, spr and Sapling',
    needs: 'equest',
    subject: pattern`^(?P<title>.*?\S)(?:\s*\(#\d{1,10}\))?$`,
    body: pattern`(?im)^(?:Pull[ -]Request(?:[ -]Resolved)?): (?:https?://\S+/pull/|#)(?P<number>\d{1,10})\s*$`,
    isSole: true,
    examples: [
      [
        'Add totals\n\nghstack-source-id: 0123\nPull Request resolved: https://github.com/acme/shop/pull/41',
        '41',
        'Add totals',
        null,
      ],
      [
        'Add totals (#41)\n\nPull Request resolved: https://github.com/acme/shop/pull/41\nApproved by: https://github.com/ana',
        '41',
        'Add totals',
        null,
      ],
      ['Add totals\n\nPull-Request: #41', '41', 'Add totals', null],
    ],
  },
  {
    forge: 'Gerrit',
    needs: 'Merge "',
    subject: pattern`^Merge "(?P<title>.+)"(?: into \S+)?$`,
    isMergeOnly: true,
    examples: [['Merge "Add totals" into main', null, 'Add totals', null]],
  },
  {
    forge: 'Gerrit, changes of a topic',
    needs: 'Merge changes',
    subject: pattern`^Merge changes from topic ["'](?P<branch>[^"']+)["']`,
    isMergeOnly: true,
    examples: [
      [
        'Merge changes from topic "totals"\n\n* changes:\n  Add totals',
        null,
        'Merge changes from topic "totals"',
        'totals',
      ],
    ],
  },
  {
    forge: 'git, a tracked branch',
    needs: 'Merge remote',
    subject: pattern`^Merge remote-tracking branch '(?:refs/)?(?:remotes/)?[^/']+/(?P<branch>[^']+)'`,
    isMergeOnly: true,
    examples: [
      ["Merge remote-tracking branch 'origin/topic'", null, "Merge remote-tracking branch 'origin/topic'", 'topic'],
    ],
  },
  {
    forge: 'git and the synchronisation of forks',
    needs: 'Merge branch',
    subject: pattern`^Merge branch(?:es)? '(?:[^:/']+:)?(?P<branch>[^']+)'`,
    isMergeOnly: true,
    examples: [
      ["Merge branch 'x'", null, "Merge branch 'x'", 'x'],
      ["Merge branch 'acme:main' into main", null, "Merge branch 'acme:main' into main", 'main'],
    ],
  },
];

/** A batch of bors: the numbers of its requests, in the order of the other parents of the merge. */
export const BATCH = pattern`^Merge (#\d{1,10}(?: #\d{1,10})+)\s*$`;

/** What bors says of each request of a batch. */
export const BATCH_TITLES = pattern`(?m)^(?P<number>\d{1,10}): (?P<title>.*\S) r=\S+ a=\S+`;

/** A number at the end of a title. */
export const NUMBERED = pattern`^(?P<title>.*\S)\s*\((?:pull request |PR |MR )?[#!](?P<number>\d{1,10})\)$`;

/** First lines of a body that are no title. */
export const NO_TITLE = pattern`(?i)^(?:signed-off-by|co-authored-by|reviewed-by|reviewed-on|acked-by|tested-by|approved-by|change-id|see merge request|\* commit '|\* changes:|# conflicts|conflicts:)`;

/** Commits that a message says it takes back: the group holds one sha or a list of them. */
export const REVERTED_SHAS: readonly Pattern[] = [
  // git, GitHub, GitLab, Gerrit; "reversing changes made to" names what stays.
  pattern`(?i)\bThis reverts commits? ((?:[0-9a-f]{7,64}\b(?:,? and |, ?)?)+)`,
  // Azure DevOps.
  pattern`(?im)^Reverted commits? [\x60'"]?([0-9a-f]{7,64})\b`,
  // Gitea and Forgejo: subject, where a title or nothing follows; GitHub's and Google's robots: a line of its own.
  pattern`(?i)^\s*revert(?: commits?)? \[?[\x60'"]?([0-9a-f]{7,64})\b[\x60'"\]]*(?: ["'(]|:|\s*(?:\n|$))`,
  pattern`(?im)^Reverts (?:commits? )?[\x60'"]?([0-9a-f]{7,64})\b[\x60'".]*\s*$`,
  pattern`(?im)^(?:Automated )?Roll(?:s|ed|ing)?[ -]?back (?:of )?(?:commits? )?[\x60'"]?([0-9a-f]{7,64})\b`,
  // Mozilla and Phabricator.
  pattern`(?i)\bBacked out changesets? ([0-9a-f]{7,64})\b`,
  pattern`(?im)^(?:Summary: )?Original commit changeset: ([0-9a-f]{7,64})\b`,
];

/** Requests that a message says it takes back: the group holds one number or a list. */
export const REVERTED_NUMBERS: readonly Pattern[] = [
  // GitHub, Azure DevOps (`Reverts !12`).
  pattern`(?m)^Reverts (?:[\w.-]+/[\w.-]+)?([#!]\d{1,10}(?:(?:,| and|, and) (?:[\w.-]+/[\w.-]+)?[#!]\d{1,10})*)\.?\s*$`,
  pattern`(?m)^(?:Revert(?:s|ed)?|Roll(?:s|ed)?[ -]?back)(?: of)? https?://\S+/(?:pull|pulls|merge_requests|pull-requests|pullrequest)/(\d{1,10})\b`,
  // GitLab, Bitbucket Cloud, Data Center.
  pattern`(?im)^This reverts (?:merge request|pull request|MR|PR) (?:\S*?)([#!]?\d{1,10})\.?\s*$`,
  pattern`(?im)^This reverts ([#!]\d{1,10}(?:(?:,| and|, and) [#!]\d{1,10})*)\.?\s*$`,
  // Taken back by other words, as the subject.
  pattern`(?i)^\s*(?:[a-z][\w-]*(?:\([^()\n]*\))?!?: ?)?(?:(?:automated )?Roll(?:s|ed|ing)?[ -]?back|Undo(?:es)?|Back(?:s|ed|ing)?[ -]?out|Revert(?:s|ed|ing)? (?:of|changes (?:from|of|in)|(?:the )?merge of))(?: of)? (?:changes (?:from|of|in) )?(?:pull request |merge request |PR |MR )?([#!]\d{1,10}(?:(?:,| and|, and) [#!]\d{1,10})*)\b`,
  pattern`(?i)^\s*(?:[a-z][\w-]*(?:\([^()\n]*\))?!?: ?)?Revert(?:s|ed)?[:,]? (?:pull request |merge request |PR |MR )?([#!]\d{1,10}(?:(?:,| and|, and) [#!]\d{1,10})*)\b`,
  // Later in the subject, after a separator. Not behind a quoted title, which may be what is taken back itself.
  pattern`(?i)^[^\n"“«]*[,;:(\]–—] *(?:and )?reverts? (?:pull request |merge request |PR |MR )?([#!]\d{1,10}(?:(?:,| and|, and) [#!]\d{1,10})*)\b`,
];

/** Gitmoji, a conventional commit's type or a scope in brackets in front: `⏪️ revert: …`, `fix(css): revert "…"`, `[3.7] Revert "…"`. */
const TYPED = String.raw`(?:(?:\p{So}\x{fe0f}?|:[a-z_]+:) ?)?(?:\[[^\[\]]*\] ?)*(?:[a-z][\w-]*(?:\([^()]*\))?!?: ?)?`;
/** `Revert`, `revert:`, `revert(css):` and `revert,` before what is taken back. */
const REVERT = String.raw`(?i)^${TYPED}revert(?:s|ed|ing)?(?:\([^()]*\))?!?[:,]? `;

/** Titles that take another one back; the group is that title. */
export const REVERTED_TITLES: readonly Pattern[] = [
  pattern`${REVERT}"(.+)"$`,
  pattern`${REVERT}'(.+)'$`,
  pattern`${REVERT}[“«](.+)[”»]$`,
  pattern`(?i)^${TYPED}(?:(?:automated )?(?:back(?:s|ed|ing)?[ -]?out|roll(?:s|ed|ing)?[ -]?back)|undo(?:es)?)(?: of)?:? ["“«](.+)["”»]$`,
  pattern`(?i)^(?:(?:\p{So}\x{fe0f}?|:[a-z_]+:) ?)?revert(?:\([^()]*\))?!?: (.+)$`,
  // Without quotes a number has to say that a request is meant: "revert es-module-lexer to 2.1.0" takes nothing back.
  pattern`${REVERT}(.*\S \((?:pull request |PR |MR )?[#!]\d{1,10}\))$`,
];

/** The type in front of a title: what `revert(css): TITLE` leaves out of the title that it takes back. */
export const TITLE_TYPE = pattern`(?i)^[a-z][\w-]*(?:\([^()]*\))?!?: ?`;

/** Titles that bring a title back: they take back its revert. */
export const REAPPLIED_TITLES: readonly Pattern[] = [
  pattern`^Reapply "(.+)"$`,
  pattern`^Reland "(.+)"$`,
  pattern`^Revert\^2 "(.+)"$`,
];

/** Source branch of the button "Revert" of GitHub: `revert-12-topic`. */
export const REVERT_BRANCH = pattern`^revert-(\d{1,10})-\S`;
