/**
 * What is planted in the demo organisation. The tests ask the metrics for each of these and expect them inside the metric's own
 * interval; nothing else in the demo may contradict them.
 */
export const TRUTHS = {
  /** Team checkout, change cycle time in hours before and after the tool landed, by class; the mix stays the same. */
  cycle: {
    team: 'checkout',
    share: { refactor: 0.4, bugfix: 0.2, feature: 0.4 },
    hoursBefore: { refactor: 17, bugfix: 4, feature: 6 },
    change: { refactor: -0.22, bugfix: 0, feature: 0.04 },
    overall: -0.14,
    developers: 12,
    carriers: 4,
  },
  /** Effective lines alive 90 days after they were merged, by code source. */
  aliveAt90: { ai_heavy: 0.58, ai_assisted: 0.7, human: 0.76, unknown: 0.72 },
  /** Share of changes reverted within 30 days, by code source. */
  revertedWithin30: { ai_heavy: 0.115, ai_assisted: 0.07, human: 0.05, unknown: 0.05 },
  /** Share of deployed changes that caused a change failure, by code source. */
  failure: { ai_heavy: 0.1, ai_assisted: 0.06, human: 0.04, unknown: 0.05 },
  /** Share of the cycle time that a change spends in review, outside team checkout: work moved into review. */
  reviewShare: { before: 0.28, after: 0.4 },
  /**
   * Phases of the founding article: before AI; from the landing on, when coding got faster and review took it (`reviewShare`); and, from a week on in one
   * team, after work on the process: coding and review take this part of what they took before AI.
   */
  process: { team: 'platform', afterWeeks: 49, ofBefore: 0.78 },
  /** Share of the time from ready to merge that passes before a human looks, by code source: what AI wrote waits longer to be picked up. */
  pickupShare: { ai_heavy: 0.6, ai_assisted: 0.5, human: 0.4, unknown: 0.45 },
  /** Share of changes that are opened as a draft, by code source, and the part of their time until ready that they stay one. */
  draft: { share: { ai_heavy: 0.5, ai_assisted: 0.3, human: 0.25, unknown: 0.25 }, ofTime: 0.4 },
  /** Share of reviewed changes that are sent back once, by code source. */
  sentBack: { ai_heavy: 0.4, ai_assisted: 0.25, human: 0.2, unknown: 0.2 },
  /** Share of changes that are merged without a review by a human, whatever their source. */
  unreviewed: 0.05,
  /** Share of those that are merged by who wrote them. */
  selfMerged: 0.6,
  /** Comments of reviewers in the diff for 100 effective lines, by code source. */
  commentsPer100: { ai_heavy: 2.1, ai_assisted: 1.4, human: 1, unknown: 1.2 },
  /** Of the threads that AI reviewers begin: the lines are changed, or they are only resolved; the rest is ignored. */
  aiComments: { changed: 0.45, settled: 0.2 },
  /** Points of the texts of changes, and the share of those that explain themselves well, by code source. */
  explained: { points: { well: 4, else: 2 }, well: { ai_heavy: 0.8, ai_assisted: 0.5, human: 0.4, unknown: 0.4 } },
  /** Share of changes that come into conflict with their base, of those open at an hourly look, by code source, and for which part of their time. */
  conflict: { share: { ai_heavy: 0.32, ai_assisted: 0.22, human: 0.14, unknown: 0.18 }, ofTime: 0.2 },
  /** The team that merges through a queue, and the share of its changes that the queue puts out once. */
  queue: { team: 'platform', putOut: 0.1 },
  /** Share of changes whose tests failed first and then passed on the same commit. */
  flaky: 0.12,
  /** Pushes before a change was ready whose tests failed and were mended by a later push, as a share of the changes: failures that are no chance. */
  broken: 0.06,
  /**
   * A gate that lands in one team: from then on a security scan begins with the approval, takes most of the time until the merge, and fails first in this
   * share of the changes, by code source: the time moves from waiting for production into tests.
   */
  gate: {
    team: 'search',
    name: 'security-scan',
    afterWeeks: 52,
    failed: { ai_heavy: 0.4, ai_assisted: 0.2, human: 0.1, unknown: 0.1 },
  },
  /**
   * A tracker of one team: days that an issue waits between ready and its first commit, on average, before and from a week on. Shares of issues that were in a
   * state that maps to nothing, that were reopened, and whose history goes back in time.
   */
  issues: {
    team: 'checkout',
    waitDays: { before: 3, after: 1.5 },
    afterWeeks: 40,
    unmapped: 0.1,
    reopened: 0.04,
    disordered: 0.02,
  },
  /** Cycles of that tracker: weeks each, share of what they commit to that is delivered in them, and of what is delivered that was added later, at least. */
  sprints: { team: 'checkout', weeks: 2, delivered: 0.8, added: 0.15 },
  /** Incidents: share of all that no deployment is blamed for; of those with a deployment, how it was found where a person said so. */
  incidents: { unlinked: 0.2, explicit: 0.5, mention: 0.35 },
  /** Who changes team, and after how many weeks: work merged before stays where it was. */
  mover: { from: 'mobile', to: 'platform', afterWeeks: 50 },
  /**
   * Repositories where something better than marks tells who wrote the code since the first tool landed (line attestations; sessions that name
   * their commits), and the share of the AI-written changes there that carry a mark as well: a squash that keeps the text of the request loses
   * trailers. No change by people carries one.
   */
  recall: {
    'acme/shop': { by: 'line', marked: 0.7, squash: 'pr_body' },
    'acme/gateway': { by: 'line', marked: 1, squash: 'commit_messages' },
    'acme/payments': { by: 'session', marked: 1, squash: 'commit_messages' },
  },
  /** Of six trailers outside these repositories one is of each of these tools, which nothing but marks tells of. */
  markedOnly: ['aider', 'gemini-cli'],
  /** Share of the uses of claude-code that name their workflow, a feature, or their change; nothing says where the others belong. */
  namedUses: { field: 0.1, feature: 0.2, change: 0.3 },
  /** Runs of the agent that debugs: a feature of claude-code. Minutes on average, by how many of them somebody had in the last 30 days. */
  runs: { feature: 'debug', minutes: { low: 30, high: 18 }, lowUntil: 2 },
  /** Accounts that codex tells of, and those of them that belong to nobody known otherwise. */
  codex: { accounts: 12, strangers: 4 },
  /** Seats of copilot whose holders have not used it for six weeks; all others have within three. */
  idleSeats: { copilot: 6 },
} as const;

export type PlantedSource = keyof typeof TRUTHS.aliveAt90;
