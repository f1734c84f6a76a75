/** What a clone tells before anything is collected: tags, owners, workflows, folders, and who wrote lately with what. */
import { accountKind } from '../../attribution/account-kind.ts';
import { isDoubtful } from '../../attribution/doubtful.ts';
import { titleOfTool } from '../../attribution/tools.ts';
import type { NamedRepository } from '../../connector.ts';
import { CollectorError, messageOf } from '../../errors.ts';
import { runGit } from '../../git/process.ts';
import { openSource, type Source } from '../../git/source.ts';
import { writableUrl } from '../../git/url.ts';
import type {
  Choice,
  PlanContext,
  PlannedAccount,
  PlannedFact,
  PlannedRepository,
  PlannedTool,
  Sign,
  SourcePlan,
} from '../../planned.ts';
import {
  deployingWorkflows,
  folderServices,
  SERVICE_FOLDERS,
  servicesOf,
  tagSigns,
  whyDeploys,
} from '../../planned-signs.ts';
import type { WorkflowFile } from '../../text/workflow-file.ts';
import { filesBelow, ownersOf, workflowsOf, type Owned } from './plan-files.ts';
import { leftOut } from './left-tags.ts';
import { marksOf, squashOf } from './plan-squash.ts';
import { readLog, type RawCommit } from './read-log.ts';
import { readRuledTags } from './tags.ts';

/** Newest commits that accounts and tools are looked for in, and commits of the default branch among which squashes are. */
const LOOKED = 2_000;

async function commitsOf({ repo, tip }: Source, args: readonly string[], signal: AbortSignal): Promise<RawCommit[]> {
  const all: RawCommit[] = [];
  for await (const some of readLog(repo, [...args, tip], signal)) for (const one of some) all.push(one);
  return all;
}

/** Notes of the configured ref: each is of one commit. */
async function countNotes({ repo }: Source, { notes_ref: ref }: NamedRepository, signal: AbortSignal): Promise<number> {
  const out = await runGit(repo, ['ls-tree', '-r', '-z', '--name-only', ref, '--'], { signal }).catch(() => null);
  signal.throwIfAborted();
  return out === null ? 0 : out.toString('latin1').split('\0').filter(Boolean).length;
}

interface Looked {
  readonly repository: PlannedRepository;
  readonly accounts: readonly PlannedAccount[];
  readonly tools: ReadonlyMap<string, number>;
  readonly commits: number;
  readonly marked: number;
  /** Notes with line attestations. */
  readonly notes: number;
  readonly choices: readonly Choice[];
}

function accountsOf(commits: readonly RawCommit[]): PlannedAccount[] {
  const found = new Map<string, PlannedAccount>();
  for (const { authorName: name, authorEmail } of commits) {
    const email = authorEmail.trim().toLowerCase();
    const known = found.get(email);
    const kind = known?.kind ?? accountKind({ name, email: authorEmail });
    const account = { login: null, email, name, kind, isDoubtful: kind === 'human' && isDoubtful(name, email) };
    found.set(email, { ...(known ?? account), count: (known?.count ?? 0) + 1 });
  }
  return [...found.values()];
}

/** What a clone without tags that are versions lacks, and how it gets deployments. */
function stepFor(workflows: readonly WorkflowFile[], tags: number): string {
  const [first] = deployingWorkflows(workflows);
  if (first !== undefined)
    return `its workflow ${first.path.split('/').at(-1) ?? ''} deploys (${whyDeploys(first)}): read it from GitHub too, which knows its runs`;
  return tags === 0
    ? 'tag what is released (v1.2.3), or send deployments (POST /ingest/deploy, docs/ingest.md)'
    : 'say which tags are deployments in repositories[].tag_patterns, or send deployments (POST /ingest/deploy, docs/ingest.md)';
}

/** The patterns by which tags are production here, for the configuration. */
const patternsOf = (signs: readonly Sign[]): string[] => [
  ...new Set(signs.filter(({ environment }) => environment === 'production').map(({ name }) => name)),
];

function choicesOf(repository: NamedRepository, signs: readonly Sign[], owned: Owned | null): Choice[] {
  const { path, url } = repository;
  const patterns = patternsOf(signs);
  const of: Record<string, string> = path === undefined ? { url: writableUrl(url ?? '') } : { path };
  return [
    {
      kind: 'entry',
      at: ['repositories'],
      of,
      set: [
        ...(owned?.team
          ? [{ key: 'team', value: owned.team.toLowerCase(), unless: [], because: `owner of everything in ${owned.file}` }]
          : []), // prettier-ignore
        ...(patterns.length === 0
          ? []
          : [{ key: 'tag_patterns', value: patterns, unless: ['deployments'], because: signs.find(({ environment }) => environment === 'production')?.because ?? '' }]), // prettier-ignore
      ],
      because: 'named on the command line',
    },
  ];
}

/** Commits with a mark, and by how many each tool is named. */
function markedIn(commits: readonly RawCommit[]): Pick<Looked, 'tools' | 'marked'> {
  const tools = new Map<string, number>();
  let marked = 0;
  for (const commit of commits) {
    const marks = marksOf(commit);
    marked += marks.length > 0 ? 1 : 0;
    for (const tool of marks) tools.set(tool, (tools.get(tool) ?? 0) + 1);
  }
  return { tools, marked };
}

/** Git reads no CODEOWNERS when it collects: an owner counts from the configuration alone. */
function ownerIn({ team }: NamedRepository, owned: Owned | null): PlannedRepository['owner'] {
  if (team !== undefined) return { team, isUsed: true, because: 'as throughline.yaml says' };
  return owned?.team
    ? { team: owned.team.toLowerCase(), isUsed: false, because: `owner of everything in ${owned.file}` }
    : null;
}

async function lookAt(repository: NamedRepository, context: PlanContext<null>): Promise<Looked> {
  const { mirrors, signal, now } = context;
  const source = await openSource(repository, { mirrors, isFetching: true, signal, now });
  try {
    return await lookInto(repository, source, signal);
  } finally {
    source.close();
  }
}

async function lookInto(repository: NamedRepository, source: Source, signal: AbortSignal): Promise<Looked> {
  const ruled = await readRuledTags(repository, source, signal);
  const usable = ruled.all.filter(({ sha, at }) => sha !== null && at !== null);
  const newest = [...usable].sort((a, b) => (b.at?.getTime() ?? 0) - (a.at?.getTime() ?? 0)).map(({ name }) => name);
  const signs = tagSigns(newest, ruled);
  const left = ruled.all.filter(({ name }) => ruled.targetOf(name) === null).map(({ name }) => name);
  const workflows = await workflowsOf(source, signal);
  const owned = await ownersOf(source, signal);
  const commits = await commitsOf(source, ['-n', String(LOOKED)], signal);
  const mainline = await commitsOf(source, ['--first-parent', '-n', String(LOOKED)], signal);
  const services = servicesOf(signs);
  const folders = folderServices(
    await filesBelow(
      source,
      SERVICE_FOLDERS.map((one) => `${one}/`),
      signal
    ),
    services
  );
  const { tools, marked } = markedIn(commits);
  const isKnown = signs.some(({ environment, isUsed }) => isUsed && environment === 'production');
  const notices = [
    ...(workflows.length === 0 ? ['It has no workflow of GitHub Actions.'] : []),
    ...(owned !== null && owned.team === null
      ? [`${owned.file} names no team for everything (\`* @owner/team\`): its changes have the team of their authors.`]
      : []),
    ...(left.length > 0 ? [`${leftOut(left, ruled.all.length, ruled.rules).reason}.`] : []),
    ...(source.boundary.length > 0 ? ['It is a shallow clone: history is known from its boundary on.'] : []),
  ];
  return {
    repository: {
      slug: repository.slug,
      isRead: true,
      isArchived: false,
      signs,
      services: [...services, ...folders],
      owner: ownerIn(repository, owned),
      squash: squashOf(mainline),
      notices,
      step: isKnown ? null : stepFor(workflows, ruled.all.length),
    },
    accounts: accountsOf(commits),
    tools,
    commits: commits.length,
    marked,
    notes: await countNotes(source, repository, signal),
    choices: choicesOf(repository, signs, owned),
  };
}

function factsOf(looked: readonly Looked[]): PlannedFact[] {
  const commits = looked.reduce((sum, one) => sum + one.commits, 0);
  const marked = looked.reduce((sum, one) => sum + one.marked, 0);
  const notes = looked.reduce((sum, one) => sum + one.notes, 0);
  const noted = notes === 0 ? '' : `${notes.toLocaleString('en')} notes say it line by line; `;
  const seen = `${noted}${marked.toLocaleString('en')} of the newest ${commits.toLocaleString('en')} commits carry a mark of an AI tool`;
  return [
    {
      fact: 'changes',
      state: 'partly',
      because: 'git knows what was merged, not what is open, and a squash has no start',
      step: null,
    },
    { fact: 'lines', state: 'known', because: 'the git history is read whole', step: null },
    ...(marked + notes === 0
      ? []
      : [
          {
            fact: 'code_source' as const,
            state: 'partly' as const,
            because: `${seen}; unmarked is unknown, not human`,
            step: null,
          },
          {
            fact: 'usage' as const,
            state: 'partly' as const,
            because: `declared by commits alone: ${seen}`,
            step: null,
          },
        ]),
  ];
}

/** Clones and remotes of the configuration; remotes are mirrored as collection would, and the mirror is what it then reads. */
export async function plan(context: PlanContext<null>): Promise<SourcePlan> {
  const looked: Looked[] = [];
  const notices: string[] = [];
  for (const [index, repository] of context.repositories.entries()) {
    context.onProgress(index, context.repositories.length, 'repositories');
    try {
      looked.push(await lookAt(repository, context));
    } catch (error) {
      context.signal.throwIfAborted();
      if (!(error instanceof CollectorError)) throw error;
      notices.push(`${repository.slug}: ${messageOf(error)}`);
    }
  }
  const tools = new Map<string, number>();
  for (const one of looked) for (const [id, count] of one.tools) tools.set(id, (tools.get(id) ?? 0) + count);
  return {
    repositories: looked.map(({ repository }) => repository),
    teams: [],
    accounts: looked.flatMap(({ accounts }) => accounts),
    tools: [...tools].map(([id, count]): PlannedTool => ({ id, title: titleOfTool(id), count })),
    looked: { count: looked.reduce((sum, one) => sum + one.commits, 0), unit: 'commits' },
    facts: looked.length === 0 ? [] : factsOf(looked),
    choices: looked.flatMap(({ choices }) => choices),
    cost: null,
    notices,
  };
}
