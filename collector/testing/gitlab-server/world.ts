/** A GitLab with groups, projects and what happened in them, as the tests make it. */

export interface User {
  readonly id: number;
  username: string;
  readonly bot?: boolean;
}

export interface Note {
  readonly id: number;
  readonly at: string;
  readonly author: User | null;
  readonly body: string;
  readonly system: boolean;
  /** Of system notes. */
  readonly action?: string;
  readonly internal?: boolean;
  readonly path?: string;
  readonly thread?: string;
  readonly isResolvable?: boolean;
  isResolved?: boolean;
}

export interface Commit {
  readonly sha: string;
  readonly message: string;
  readonly at: string;
  readonly committedAt?: string;
  readonly name: string;
  readonly email: string;
  readonly author?: User | null;
}

export interface Request {
  readonly iid: number;
  title: string;
  description: string;
  state: 'opened' | 'closed' | 'merged' | 'locked';
  readonly created_at: string;
  updated_at: string;
  merged_at: string | null;
  closed_at: string | null;
  target_branch: string;
  readonly source_branch: string;
  readonly author: User | null;
  merge_user: User | null;
  labels: string[];
  draft: boolean;
  sha: string;
  merge_commit_sha: string | null;
  squash_commit_sha: string | null;
  readonly source_project_id?: number;
  readonly commits: Commit[];
  readonly notes: Note[];
  readonly states: { id: number; user: User | null; created_at: string; state: string }[];
  readonly added?: number;
  readonly deleted?: number;
  /** Conflicts with its target, as far as it is worked out; absent = it can be merged. */
  merge_status?: 'unchecked' | 'checking' | 'can_be_merged' | 'cannot_be_merged' | 'cannot_be_merged_recheck';
  has_conflicts?: boolean;
}

export interface Job {
  readonly id: number;
  readonly name: string;
  readonly status: string;
  readonly createdAt: string;
  readonly startedAt?: string | null;
  readonly finishedAt?: string | null;
  readonly allowFailure?: boolean;
  readonly retried?: boolean;
}

export interface Pipeline {
  readonly id: number;
  readonly ref: string;
  readonly sha: string;
  readonly source: string;
  status: string;
  readonly createdAt: string;
  updatedAt: string;
  readonly startedAt: string | null;
  finishedAt: string | null;
  readonly user: User | null;
  readonly jobs: Job[];
}

export interface Deployment {
  readonly id: number;
  readonly ref: string;
  readonly sha: string;
  readonly created_at: string;
  updated_at: string;
  status: string;
  readonly environment: number;
  /** Told by GraphQL alone. */
  readonly finishedAt?: string;
  readonly deployable: { id: number; name: string; started_at: string | null; finished_at: string | null } | null;
}

export interface Issue {
  readonly iid: number;
  readonly title: string;
  readonly description?: string;
  state: 'opened' | 'closed';
  readonly created_at: string;
  updated_at: string;
  closed_at: string | null;
  readonly labels?: string[];
  readonly assignees?: User[];
  readonly issue_type?: string;
  readonly severity?: string;
  readonly confidential?: boolean;
  readonly moved_to_id?: number | null;
  readonly duplicateOf?: string | null;
  readonly states?: { id: number; user: User | null; created_at: string; state: string }[];
  readonly labelled?: { id: number; created_at: string; action: 'add' | 'remove'; label: { name: string } | null }[];
  readonly timeline?: { at: string; tags: string[] }[];
}

export interface Project {
  readonly id: number;
  path: string;
  branch: string;
  isArchived: boolean;
  isGone: boolean;
  readonly topics: string[];
  readonly forkOf: string | null;
  /** Of the message of a squash. */
  readonly template: string | null;
  readonly tags: string[];
  readonly requests: Request[];
  readonly pipelines: Pipeline[];
  readonly environments: { id: number; name: string; tier: string | null }[];
  readonly deployments: Deployment[];
  readonly issues: Issue[];
}

export interface Group {
  readonly id: number;
  readonly path: string;
  readonly name: string;
  readonly parent: number | null;
  readonly members: { user: User; access_level: number }[];
}

export interface World {
  readonly token: string;
  /** Scopes of the token. */
  scopes: string[];
  readonly groups: Group[];
  readonly projects: Project[];
  readonly users: User[];
  /** Fields and arguments that this version does not know. */
  lacking: string[];
  /** Parts of projects that the user of the token may not see. */
  readonly unseen: string[];
  /** Parts of projects that are switched off. */
  readonly missing: string[];
  mostComplexity: number;
  /** Merge requests of one question beyond which it times out; null = none do. */
  mostRequests: number | null;
  /** GraphQL does not find projects by their path: they are being renamed. */
  isMoving: boolean;
  /** A proxy takes headers away that it does not know: pages are told by `link` alone. */
  hasLinksOnly: boolean;
  /** Every list names a next page for ever. */
  isEndless: boolean;
  /** Pages of GraphQL say that there are more, and not where. */
  isPlaceless: boolean;
  /** Sub-path below which the server lives: '' or '/gitlab'. */
  readonly below: string;
  /** Folder with the bare repositories, which are cloned from there; null = from the server, which has none. */
  readonly git: string | null;
}

export const newWorld = (more: Partial<World> = {}): World => ({
  token: 'glpat-never-shown-0123456789',
  scopes: ['read_api'],
  groups: [],
  projects: [],
  users: [],
  lacking: [],
  unseen: [],
  missing: [],
  mostComplexity: 250,
  mostRequests: null,
  isMoving: false,
  hasLinksOnly: false,
  isEndless: false,
  isPlaceless: false,
  below: '',
  git: null,
  ...more,
});

let made = 0;
/** A number that no other thing of the world has. */
export const nextId = (): number => (made += 1);
export const shaOf = (n: number): string => n.toString(16).padStart(40, '0');

export function addProject(world: World, path: string, more: Partial<Project> = {}): Project {
  const project: Project = {
    id: nextId(), path, branch: 'main', isArchived: false, isGone: false, topics: [], forkOf: null, template: null, tags: [], requests: [], pipelines: [], environments: [], deployments: [], issues: [], ...more,
  }; // prettier-ignore
  world.projects.push(project);
  return project;
}

/** A merge request that was opened, and whatever else the test says. */
export function addRequest(project: Project, author: User | null, more: Partial<Request> = {}): Request {
  const iid = more.iid ?? project.requests.length + 1;
  const created = more.created_at ?? '2026-05-01T09:00:00.000Z';
  const request: Request = {
    ...{ iid, title: `Change ${String(iid)}`, description: '', state: 'opened', created_at: created, updated_at: created },
    ...{ merged_at: null, closed_at: null, target_branch: project.branch, source_branch: `topic-${String(iid)}`, author },
    ...{ merge_user: null, labels: [], draft: false, sha: shaOf(project.id * 1000 + iid), merge_commit_sha: null, squash_commit_sha: null },
    ...{ commits: [], notes: [], states: [], added: 12, deleted: 3 },
    ...more,
  };
  project.requests.push(request);
  return request;
} // prettier-ignore

/** What the system wrote, and what somebody said: in the conversation, or (with a path) in the diff. */
export const notesOf = (request: Request) => ({
  told: (at: string, author: User | null, [body, action]: readonly [body: string, action?: string]): void => {
    request.notes.push({ id: nextId(), at, author, body, system: true, ...(action === undefined ? {} : { action }) });
  },
  said: (at: string, author: User | null, more: Partial<Note> = {}): Note => {
    const note: Note = { id: nextId(), at, author, body: 'words that are never-shown', system: false, ...more };
    request.notes.push(note);
    return note;
  },
});
