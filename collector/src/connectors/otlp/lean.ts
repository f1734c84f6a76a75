/**
 * What is kept of a request: names, numbers, instants and who sent them, by the dialect table. It is made at the door and is what is stored in
 * the inbox: nothing else of a request (prompts, code, what a tool was given and gave) gets any further.
 */
import type { UnknownName } from '../../connector.ts';
import { nameIn, versionIn } from '../../text/name-form.ts';
import { pattern } from '../../text/pattern.ts';
import type { Measure } from './dialects.ts';
import { isOneOf, ownerOf } from '../../text/owner.ts';
import { firstOf, type Attributes } from './attributes.ts';
import { WHO } from './dialects.ts';
import type { Signal } from './proto.ts';

/** Whose, in which session, and where. */
export interface Who {
  readonly tool: string;
  readonly email: string | null;
  readonly login: string | null;
  readonly id: string | null;
  readonly session: string | null;
  readonly repository: string | null;
  readonly branch: string | null;
  readonly head: string | null;
}

/** A number of a series at an instant (milliseconds), added up since `start` where it is cumulative. */
export interface Point {
  readonly who: number;
  readonly measure: Measure;
  readonly series: string;
  readonly at: number | null;
  readonly start: number | null;
  /** Null = it is none (NaN, infinite, no number). */
  readonly value: number | null;
  readonly isCumulative: boolean;
  readonly name: string;
}

/** Something that happened. */
export interface Happening {
  readonly who: number;
  readonly means: 'use' | 'session' | 'known';
  readonly id: string;
  readonly at: number | null;
  /** When it began, of what takes time; null = not given. */
  readonly start: number | null;
  readonly type: string | null;
  readonly feature: string | null;
  /** Commit that it made; null = none. */
  readonly sha: string | null;
  readonly name: string;
}

export interface Lean {
  readonly version: 2;
  readonly signal: Signal;
  readonly who: readonly Who[];
  readonly points: readonly Point[];
  readonly happenings: readonly Happening[];
  /** What was refused at the door, by name and reason, and how many. */
  readonly refused: ReadonlyArray<readonly [name: string, reason: string, count: number]>;
  /** Names that the dialect table does not have, and how often they came. */
  readonly unknown: readonly Stranger[];
  /** Of how many entries the repository was left out: its owner is an organisation for which the token may not send. */
  readonly unlinked: number;
  /** Organisations for which the sender may send; null or none = any. */
  readonly of?: readonly string[] | null;
}

export type Stranger = Omit<UnknownName, 'at'>;

/** Foreign text throughout: what has not the form of a name is counted without it. */
export interface Unnamed {
  readonly kind: UnknownName['kind'];
  readonly name: string | null;
  /** Tool, or the service that sends. */
  readonly tool: string | null;
  readonly version: string | null;
  readonly attributes: Iterable<string>;
  readonly entries?: number;
}

/** Names of one request that are told apart. */
const MOST_NAMES = 50;
const MOST_ATTRIBUTES = 20;
const EMAIL = pattern`^[^\s@]+@[^\s@]+$`;
const SHA = pattern`(?i)^[0-9a-f]{40}([0-9a-f]{24})?$`;
const SCHEME = pattern`^[A-Za-z+]+://(?:[^@/]*@)?[^/]+/`;
const SCP = pattern`^[^@\s/]+@[^:\s]+:`;
const SLUG = pattern`^[\w.-]+(?:/[\w.-]+){1,4}$`;

export const STRANGE = 'it names an organisation for which the token may not send';

/** Gathers what is kept of one request. */
export class Gathering {
  readonly signal: Signal;
  private readonly people = new Map<string, number>();
  private readonly who: Who[] = [];
  private readonly refusals = new Map<string, [string, string, number]>();
  private readonly strangers = new Map<string, Stranger>();
  readonly points: Point[] = [];
  readonly happenings: Happening[] = [];

  private readonly may: readonly string[] | null;
  private unlinked = 0;

  /** @param may Organisations for which the sender may send: what names none is theirs; null = any. */
  constructor(signal: Signal, may: readonly string[] | null = null) {
    this.signal = signal;
    this.may = may;
  }

  /** Whether these attributes name an organisation for which the sender may not send. */
  isStrange(attributes: Attributes): boolean {
    const name = firstOf(WHO.organisation, attributes);
    return name !== null && this.may !== null && !isOneOf(name, this.may);
  }

  /** A repository that the sender may write of; the use of one whose owner is another organisation is of none. */
  private linked(slug: string | null): string | null {
    const owner = slug === null ? null : ownerOf(slug);
    if (owner === null || this.may === null || isOneOf(owner, this.may)) return slug;
    this.unlinked += 1;
    return null;
  }

  /** Who stands in these attributes, those that come first before the others. */
  indexOf(tool: string, ...attributes: readonly Attributes[]): number {
    const of = (names: readonly string[]): string | null => firstOf(names, ...attributes);
    const who: Who = {
      tool,
      email: emailIn(of(WHO.email)),
      login: of(WHO.login),
      id: of(WHO.id),
      session: of(WHO.session),
      repository: this.linked(slugOf(of(WHO.repository)) ?? slugOf(of(WHO.url))),
      branch: of(WHO.branch),
      head: shaOf(of(WHO.head)),
    };
    const key = JSON.stringify(who);
    const found = this.people.get(key) ?? this.who.push(who) - 1;
    this.people.set(key, found);
    return found;
  }

  refuse(name: string, reason: string, count = 1): void {
    const key = `${name} ${reason}`;
    const [, , before] = this.refusals.get(key) ?? ['', '', 0];
    if (before > 0 || this.refusals.size < MOST_NAMES) this.refusals.set(key, [name, reason, before + count]);
    else this.refuse('others', 'refused as well', count);
  }

  /** A name of which nothing is known. */
  unknown({ kind, name, tool, version, attributes, entries = 1 }: Unnamed): void {
    const usable = nameIn(name) ?? '';
    const of = usable === '' ? '' : (nameIn(tool) ?? '');
    const key = `${kind} ${of} ${usable}`;
    if (usable !== '' && !this.strangers.has(key) && this.strangers.size >= MOST_NAMES) {
      this.unknown({ kind, name: null, tool: null, version: null, attributes: [], entries });
      return;
    }
    const before = this.strangers.get(key);
    // Of one name in a request the first entries tell what comes with it.
    const isTold = usable === '' || (before?.entries ?? 0) > 100;
    const came = isTold ? [] : [...attributes].flatMap((one) => nameIn(one) ?? []);
    this.strangers.set(key, {
      kind,
      tool: of,
      name: usable,
      version: usable === '' ? null : (versionIn(version) ?? before?.version ?? null),
      attributes: [...new Set([...(before?.attributes ?? []), ...came])].slice(0, MOST_ATTRIBUTES),
      entries: (before?.entries ?? 0) + entries,
    });
  }

  /** The same for the same request. */
  lean(): Lean {
    const { signal, who, points, happenings, unlinked, may } = this;
    return { version: 2, signal, who, points, happenings, refused: [...this.refusals.values()], unknown: [...this.strangers.values()], unlinked, of: may }; // prettier-ignore
  }
}

const emailIn = (text: string | null): string | null => (text !== null && EMAIL.test(text) ? text.toLowerCase() : null);

export const shaOf = (text: string | null): string | null =>
  text !== null && SHA.test(text) ? text.toLowerCase() : null;

/** `owner/name` of a name or address of a repository; null = it is none. */
export function slugOf(text: string | null): string | null {
  if (text === null) return null;
  const path = SCP.replace(SCHEME.replace(text, ''), '');
  const bare = path.endsWith('/') ? path.slice(0, -1) : path;
  const found = bare.endsWith('.git') ? bare.slice(0, -4) : bare;
  return SLUG.test(found) && !found.includes('..') ? found : null;
}
