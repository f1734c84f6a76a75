/** What `throughline plan` proposes for states that map to nothing. Pure. */
import type { Choice } from '../planned.ts';
import { pattern, type Pattern } from '../text/pattern.ts';
import { allowedBy, nameOf, stageOf, type Category, type Stage, type StageMap, type TrackerState } from './stages.ts';

/** Words within a name by which a person would guess; the first that is there counts. */
const HINTS: ReadonlyArray<readonly [Stage, Pattern]> = [
  ['cancelled', pattern`\b(?:cancel\w*|reject\w*|declin\w*|duplicat\w*|won t|wont|obsolete|invalid|abandon\w*)\b`],
  ['review', pattern`\b(?:review\w*|qa|test\w*|verif\w*|validat\w*|uat|approv\w*|accept\w*|merge\w*)\b`],
  ['in_progress', pattern`\b(?:progress|doing|develop\w*|dev|cod\w+|implement\w*|build\w*|blocked|hold|wip)\b`],
  ['ready', pattern`\b(?:ready|selected|next|planned|refined|sprint|to do|todo)\b`],
  ['done', pattern`\b(?:done|closed|resolved|complet\w*|finish\w*|releas\w*|deploy\w*|shipped|live|production)\b`],
  ['backlog', pattern`\b(?:backlog|triage|inbox|idea\w*|refin\w*|open|new|later|someday)\b`],
];

/** What a category comes to where the name gives no hint. */
const REST: Readonly<Record<Category, Stage>> = {
  backlog: 'backlog',
  unstarted: 'ready',
  started: 'in_progress',
  completed: 'done',
  cancelled: 'cancelled',
  open: 'backlog',
};

function proposalOf(state: TrackerState): { readonly stage: Stage; readonly because: string } | null {
  const allowed = allowedBy(state);
  const hint = HINTS.find(([stage, words]) => allowed.includes(stage) && words.test(nameOf(state.name)));
  if (hint) return { stage: hint[0], because: state.category === null ? 'by a word of its name' : `its name; the tracker calls it ${state.category}` };
  return state.category === null ? null : { stage: REST[state.category], because: `the tracker calls it ${state.category}; its name says nothing` };
} // prettier-ignore

export interface Proposed {
  readonly choices: readonly Choice[];
  readonly notices: readonly string[];
}

/** Choices for the states of `workflows` that map to nothing. @param section Name of the section of the configuration, and of its tracker for people. */
export function proposeStages(
  states: readonly TrackerState[],
  own: StageMap,
  section: { readonly id: string; readonly title: string }
): Proposed {
  const byName = new Map(states.map((state) => [nameOf(state.name), state]));
  const open = [...byName.values()].filter((state) => stageOf(state, own) === null);
  if (open.length === 0) return { choices: [], notices: [] };
  const names = open.map(({ name }) => `"${name}"`);
  const shown = names.length > 8 ? `${names.slice(0, 8).join(', ')} and ${String(names.length - 8)} more` : names.join(', ');
  return {
    choices: open.flatMap((state): Choice[] => {
      const proposal = proposalOf(state);
      return proposal === null ? [] : [{ kind: 'value', at: [section.id, 'states', state.name], value: proposal.stage, unless: [], because: proposal.because }];
    }),
    notices: [
      `${section.title}: ${String(open.length)} of ${String(byName.size)} states map to no stage: ${shown}. Say what they are in ${section.id}.states; --write proposes by category and name, for you to check.`,
    ],
  };
} // prettier-ignore
