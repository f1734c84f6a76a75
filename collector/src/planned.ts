/**
 * What a source can tell before anything is collected: the shape of `throughline plan --json` (docs/plan.md). What a repository is said to have
 * rests on the functions that collection uses, so that collection does what the plan says.
 */
import type { NamedRepository, StreamContext } from './connector.ts';

/** What metrics rest on. */
export type Fact =
  'changes' | 'reviews' | 'deployments' | 'incidents' | 'code_source' | 'lines' | 'usage' | 'teams' | 'sprints';

/** What a source will bring of a fact; a fact that no source names is missing. */
export interface PlannedFact {
  readonly fact: Fact;
  readonly state: 'known' | 'partly';
  /** What it rests on, or what is missing of it, in words. */
  readonly because: string;
  /** What would complete it; null = nothing, or what is missing of the fact in general (plan/needs.ts). */
  readonly step: string | null;
}

/** Something by which deployments of a repository are known, or could be. */
export interface Sign {
  readonly kind: 'environment' | 'workflow' | 'tags';
  /** Name of the environment, path of the workflow, or pattern of the tags. */
  readonly name: string;
  /** As it is stored; metrics read `production`. */
  readonly environment: string;
  readonly service: string;
  /** Deployments or tags among those that were looked at; null = they were not counted. */
  readonly count: number | null;
  /** Collection counts it as things stand; false = only with a choice of the configuration, which `--write` makes. */
  readonly isUsed: boolean;
  readonly because: string;
}

export interface PlannedService {
  /** As it is stored, or would be. */
  readonly id: string;
  /** Deployments say so as things stand; false = something hints at it. */
  readonly isUsed: boolean;
  readonly because: string;
}

/** Whether marks of AI tools survive a squash. */
export interface PlannedSquash {
  /** What the forge writes into the message of a squash; null = not known. */
  readonly setting: 'blank' | 'pr_body' | 'commit_messages' | null;
  /** Newest squash commits that were looked at. */
  readonly looked: number;
  /** Of those, how many had marked own commits, and in how many the squash has a mark too; null = the own commits were not seen. */
  readonly marked: number | null;
  readonly kept: number | null;
  /** unknown = nothing says it; none = nothing is squashed. */
  readonly verdict: 'kept' | 'lost' | 'partly' | 'unknown' | 'none';
  readonly because: string;
}

export interface PlannedRepository {
  /** Name in panels. */
  readonly slug: string;
  /** false = it was listed, and not looked into: `signs` and what follows are empty. */
  readonly isRead: boolean;
  readonly isArchived: boolean;
  readonly signs: readonly Sign[];
  readonly services: readonly PlannedService[];
  /** Team that owns all of it; null = none is named. `isUsed` as of a sign. */
  readonly owner: { readonly team: string; readonly isUsed: boolean; readonly because: string } | null;
  readonly squash: PlannedSquash | null;
  /** Why there is no production deployment, and what else is to know; whole sentences. */
  readonly notices: readonly string[];
  /** The one step that adds production deployments; null = they are known. */
  readonly step: string | null;
}

export interface PlannedTeam {
  readonly id: string;
  readonly title: string;
  readonly parent: string | null;
  readonly members: number;
}

/** A program or an AI agent among those who wrote lately; people are counted only. */
export interface PlannedAccount {
  readonly login: string | null;
  readonly email: string | null;
  readonly name: string | null;
  readonly kind: 'human' | 'ai_agent' | 'automation';
  /** Commits or changes of it among those that were looked at. */
  readonly count: number;
  /** A person by all rules whose name says that it may be a program. */
  readonly isDoubtful: boolean;
}

/** An AI tool by the marks of commits that were looked at. */
export interface PlannedTool {
  readonly id: string;
  readonly title: string;
  readonly count: number;
}

export type ChoiceValue = string | readonly string[];

/** Something for `throughline.yaml`. What a person wrote there stays. */
export type Choice =
  /** A value, where none of the named keys beside it (nor the key itself) is set. */
  | {
      readonly kind: 'value';
      readonly at: readonly string[];
      readonly value: ChoiceValue;
      readonly unless: readonly string[];
      readonly because: string;
    }
  /** A text in a list of texts. */
  | { readonly kind: 'item'; readonly at: readonly string[]; readonly value: string; readonly because: string }
  /** An entry of a list, found by `of`, made where there is none; each field of `set` unless it or one of its `unless` is set. */
  | {
      readonly kind: 'entry';
      readonly at: readonly string[];
      readonly of: Readonly<Record<string, string>>;
      readonly set: ReadonlyArray<{
        readonly key: string;
        readonly value: ChoiceValue;
        readonly unless: readonly string[];
        readonly because: string;
      }>;
      readonly because: string;
    };

export interface SourcePlan {
  readonly repositories: readonly PlannedRepository[];
  readonly teams: readonly PlannedTeam[];
  readonly accounts: readonly PlannedAccount[];
  readonly tools: readonly PlannedTool[];
  /** Commits or changes that accounts and tools were looked for in. */
  readonly looked: { readonly count: number; readonly unit: string };
  readonly facts: readonly PlannedFact[];
  readonly choices: readonly Choice[];
  /** What asking took, e.g. `12 points`; null = nothing that is counted. */
  readonly cost: string | null;
  /** What could not be asked and why, with the way out; whole sentences. */
  readonly notices: readonly string[];
}

/** What a connector gets to plan with. Nothing is stored. */
export interface PlanContext<Section> extends Pick<StreamContext<Section>, 'section' | 'http' | 'mirrors' | 'now'> {
  readonly repositories: readonly NamedRepository[];
  readonly signal: AbortSignal;
  /** Look into every repository, whatever it costs; else at those that moved last. */
  readonly isWhole: boolean;
  readonly onProgress: (done: number, total: number | null, unit: string) => void;
}

/** A plan that tells of facts alone. */
export const planOfFacts = (facts: readonly PlannedFact[]): SourcePlan => ({
  repositories: [],
  teams: [],
  accounts: [],
  tools: [],
  looked: { count: 0, unit: 'commits' },
  facts,
  choices: [],
  cost: null,
  notices: [],
});
