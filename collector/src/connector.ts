/**
 * The connector contract. A connector lives in `connectors/<source>/`: `index.ts` exports it as `connector`, `config.ts` (if it has one)
 * exports its section of `throughline.yaml` as `section`. It never sees the database.
 * Glossary: a *connector* is a place data comes from; a *stream* is one kind of data of it, pulled on its own schedule; a *scope* is the
 * part of the source that one run of a stream reads; a *push* is a request that the source sends by itself; a *page* is what is written
 * in one transaction; a *cursor* is where the next pull starts.
 */
import type { ZodType } from 'zod';
import type { RepositoryConfig } from './config/repository.ts';
import type { Mirrors } from './git/mirrors/mirrors.ts';
import type { Http, HttpOptions } from './http/http.ts';
import type { Category } from './privacy/categories.ts';
import type { Choice, PlanContext, SourcePlan } from './planned.ts';
import type { HouseRow, HouseValue, ReplaceableTable } from './store/tables.ts';
import type { UnknownName } from './store/unknown-names.ts';

export type { Http, HttpAnswer, HttpOptions } from './http/http.ts';
export type { HouseRow, HouseTable, HouseValue } from './store/tables.ts';
export type { UnknownName } from './store/unknown-names.ts';

/** An input that could not be used. It is counted, stored and named in `status`; the rest of the page goes on. */
export interface Skip {
  /** What, e.g. `1f3c… src/a.bin` or `people.csv:14`. */
  readonly item: string;
  /** Why, in words. */
  readonly reason: string;
}

/** Rows that a page gives whole: what is stored in `table` with these values and does not come with the page is taken back. */
export interface Replaced {
  readonly table: ReplaceableTable;
  readonly values: Readonly<Record<string, string>>;
}

/** What one run of a stream reads. */
export interface Scope {
  /** Name in stream ids; '' = the stream has one scope only. */
  readonly name: string;
  /** Slug of the repository that its rows belong to; null = each row names its own, or none. */
  readonly repository: string | null;
  /** What was found out about it, see `FoundScope`; null = nothing. */
  readonly details: Readonly<Record<string, HouseValue>> | null;
}

/** A scope that a stream found at its source, e.g. a repository of an organisation. */
export interface FoundScope extends Scope {
  /** Remote (without credentials) from which the git connector reads the history of the repository; null = it does not. */
  readonly url: string | null;
}

/** Units done and in total; total null = unknown. */
export interface Progress {
  readonly done: number;
  readonly total: number | null;
  readonly unit: string;
}

/** Rows and the cursor after them: written in one transaction. A page read twice changes nothing. */
export interface Page<Cursor> {
  readonly rows: readonly HouseRow[];
  readonly cursor: Cursor;
  /** Slug of the one of `StreamContext.repositories` that the rows belong to; absent = that of the scope. */
  readonly repository?: string;
  /** Data is complete up to here; absent = unchanged. */
  readonly watermark?: Date;
  /** What the rows of the page replace; of tables with repositories the own one's only. */
  readonly replaced?: readonly Replaced[];
  readonly skips?: readonly Skip[];
  /** Counted with the page: one that is read twice counts them twice, so only what is read once has them (pushes). */
  readonly unknown?: readonly UnknownName[];
  /** All scopes that the source has now, in place of those that this stream found before; absent = unchanged. */
  readonly found?: readonly FoundScope[];
  readonly progress?: Progress;
}

/** What a source told of the remote of a repository that it found. */
export interface Told {
  /** Another text whenever something was pushed, as far as the source tells. */
  readonly mark: string;
  /** When something was last pushed, by the source's clock. */
  readonly pushedAt: Date;
  /** When it told so. */
  readonly at: Date;
  /** Size of the repository in bytes, roughly; null = it does not say. */
  readonly bytes: number | null;
}

/** A repository with its name in panels. */
export type NamedRepository = RepositoryConfig & { readonly slug: string; readonly told?: Told };

/** What the scopes of a stream come from. */
export interface Sources<Section> {
  readonly section: Section;
  /** Repositories of the configuration, and those with a URL that connectors found. */
  readonly repositories: readonly NamedRepository[];
  /** Scopes that a stream of this connector found, by its id, as of its last run. */
  readonly found: (streamId: string) => readonly FoundScope[];
}

/** What a stream gets beside its cursor. */
export interface StreamContext<Section> {
  readonly section: Section;
  readonly repositories: readonly NamedRepository[];
  readonly scope: Scope;
  /** Scopes for which the stream is run after this one in a pass, the next first: what is asked for all of them can be asked together. */
  readonly siblings: () => readonly Scope[];
  /** Requests to the source, within the budget that all processes share. */
  readonly http: (options: HttpOptions) => Http;
  /** Stands in rows for the account_id of an address or login, as `accountId('git', 'ana@acme.io')`; the store makes the pseudonym when it writes the page. */
  readonly accountId: (provider: string, key: string) => string;
  /** Mirrors of remotes. */
  readonly mirrors: Mirrors;
  /** Shows what is done before there is a page that tells it. */
  readonly onProgress: (progress: Progress) => void;
  /** When a push last told that there is something new to read (`Pushed.due`); null = none did. What was found out before that does not show it. */
  readonly askedAt: Date | null;
  readonly now: () => Date;
}

export interface Stream<Section, Cursor> {
  /** Kebab-case, unique within the connector. */
  readonly id: string;
  /** What all its rows are of: switched off (`privacy.collect`), the source is not asked. Default: of none, or of several. */
  readonly category?: Category;
  /** Zod type of the stored cursor. A cursor that does not parse starts the stream from the beginning. */
  readonly cursor: ZodType<Cursor>;
  /** Default schedule in cron syntax; `schedules.<connector>/<stream>` of throughline.yaml overrides it. */
  readonly every: string;
  /** Scopes, configured or found: `({ found }) => found('repositories')`. Asked again whenever a stream found something. */
  readonly scopes: (sources: Sources<Section>) => readonly Scope[];
  /** What it reads is enough for first answers: a first pass reads it before all else, and answers before it goes on. Default false. */
  readonly isEarly?: true;
  /** Stream of the connector without whose success (for the same scope, or its only one) this one has nothing to read in a pass. Default: none. */
  readonly needs?: string;
  /**
   * What is due when a run has ended well: `facts` = the derivation, `lines` = line lifetimes of the scope's repository (which end in the
   * derivation themselves), or the id of another stream of the connector for the same scope. Default: `['facts']`.
   */
  readonly feeds?: readonly string[];
  /**
   * Pulls pages after `cursor` (null = from the beginning).
   * @throws CollectorError with a stable code; the stream run stores its message and the next run starts at the last cursor.
   */
  readonly pull: (
    context: StreamContext<Section>,
    cursor: Cursor | null,
    signal: AbortSignal
  ) => AsyncIterable<Page<Cursor>>;
}

/** A request that the source sent. */
export interface PushRequest {
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** As it came for the verifier; decompressed for `normalize`. */
  readonly body: Buffer;
}

/** Says whether a request is from the source; sees the raw body. See `push.ts`. */
export type Verifier = (request: PushRequest) => boolean;

/** What a push brings, written like the page of a stream. */
export interface PushedPage {
  /** Slug of the repository that the rows belong to; null = each row names its own, or none. */
  readonly repository: string | null;
  /** How many documents its rows are of. Default: one, where it has rows. */
  readonly documents?: number;
  readonly rows: readonly HouseRow[];
  readonly skips?: readonly Skip[];
  readonly unknown?: readonly UnknownName[];
}

/** An entry of a delivery that is set aside: it waits, quarantined, as a delivery of its own, until `throughline retry`. */
export interface Aside extends Skip {
  /** Body of a delivery that holds it alone, and nothing of the one that it came with: the same entry again is the same body. */
  readonly body: string;
}

/** What the server says of a request that it does not accept. */
export interface Refusal {
  /** Of HTTP. */
  readonly status: number;
  /** Words for the sender. */
  readonly message: string;
}

/** What a push means. */
export interface Pushed {
  readonly pages: readonly PushedPage[];
  /** Streams of the connector to pull now, by id and scope: for sources that only say that something changed. */
  readonly due?: ReadonlyArray<{ readonly stream: string; readonly scope: string }>;
  /** Entries that are not understood. */
  readonly aside?: readonly Aside[];
  /** What the sender of a push that is checked first (`isChecked`) should know of rows that are accepted. */
  readonly notices?: readonly string[];
  /** What it hears instead of how many were accepted, refused (`skips`) and noticed: where a protocol fixes it (OTLP). */
  readonly answer?: { readonly type: string; readonly body: string | Buffer };
}

/**
 * A request is verified, written into the inbox and answered; the queue works it off with `normalize`. It may come twice, late, or in
 * another order than it was sent: rows must then come to the same (`state_order`, see `store/tables.ts`).
 */
export interface Push<Section> {
  /** Kebab-case, unique within the connector. */
  readonly id: string;
  /** What all its rows are of: switched off (`privacy.collect`), it is refused, and nothing of a body is kept. Default: of none, or of several. */
  readonly category?: Category;
  /** Where it is received. Default `/push/<connector>/<push>`; set where a protocol fixes it (OTLP). */
  readonly path?: string;
  /** Longest body in bytes, sent and decompressed. Default 1 MB. */
  readonly maxBytes?: number;
  /** How requests are verified; null = the section does not ask for this push: its path does not exist. */
  readonly verify: (section: Section) => Verifier | null;
  /** Id that the sender gives a delivery and keeps when it sends it again. Null, or no such function = the body is its own id. */
  readonly deliveryId?: (request: PushRequest) => string | null;
  /** Headers that `normalize` reads, in lower case; no other is kept. Default none. */
  readonly headers?: readonly string[];
  /**
   * The body with what is packed within it (base64, a form) in the open, or what alone of it may be kept: secrets are looked for in that, it
   * is stored and read. Default: as it came.
   */
  readonly unwrap?: (request: PushRequest, section: Section) => Buffer;
  /** Whether the sender is bound to some organisations: `normalize` finds header `BOUND` then, which no sender can give. Default: nobody is. */
  readonly isBound?: (request: PushRequest, section: Section) => boolean;
  /** Whether the sender may send what is about to be stored: all headers, and the body as it will be read. @throws CollectorError why not. Default: yes. */
  readonly check?: (request: PushRequest, section: Section) => void;
  /** Values of `content-type` (without parameters) that are received. Default any. */
  readonly types?: readonly string[];
  /** How a refusal is said where a protocol fixes it (OTLP). Default: JSON with a code and a message. */
  readonly refusal?: (
    refusal: Refusal,
    headers: PushRequest['headers']
  ) => { readonly status: number; readonly type: string; readonly body: string | Buffer };
  /**
   * The sender can mend what is wrong with a body, so it hears so at once: `normalize` runs before the push is accepted as well. Without
   * it every verified body is accepted, and one that is not understood is quarantined and named in `status`.
   */
  readonly isChecked?: true;
  /** Pure. @throws CollectorError `push_invalid` (`pushInvalid`) or ZodError for a body that is none. */
  readonly normalize: (request: PushRequest, context: PushContext<Section>) => Pushed;
}

/** No name of a header: nobody sends it. */
export const BOUND = ':bound';

/** `now` is the instant of reception. */
export type PushContext<Section> = Pick<StreamContext<Section>, 'section' | 'accountId' | 'now'>;

/** What a check gets. */
export type CheckContext<Section> = Pick<StreamContext<Section>, 'section' | 'http' | 'now'>;

/** A question that shows whether credential, rights and plan are what a stream needs. */
export interface Check {
  /** Stream and scope, e.g. `seats of acme`. */
  readonly what: string;
  /** One cheap request; nothing of the answer is kept. @throws CollectorError whose message names what is missing and the way out. */
  readonly ask: () => Promise<unknown>;
}

/** Names that the command line may give in place of those of the section: `--<connector> NAME`, repeatable. */
export interface NamedOnCommandLine<Section> {
  /** For `--help`. */
  readonly help: string;
  /** Keys of the section for such names; one that gives none of them reads nothing unless the command line does. */
  readonly keys: ReadonlyArray<keyof Section & string>;
  /** The section for these names. `known` = as the configuration has it. @throws CollectorError `config_invalid` */
  readonly section: (
    known: Section | undefined,
    names: readonly string[],
    env: Readonly<Record<string, string | undefined>>
  ) => Section;
  /** The same for `throughline.yaml`, with names of variables in place of secrets. */
  readonly choices: (names: readonly string[], env: Readonly<Record<string, string | undefined>>) => Choice[];
}

export interface Connector<Section = null> {
  /** = folder name; also the name of its section. */
  readonly id: string;
  /** For people. */
  readonly title: string;
  /** Row of the README's table: what it reads, and what it needs (credential, rights). */
  readonly reads: string;
  readonly needs: string;
  /** Name of a configured repository in panels; null = this connector cannot tell. Default: it never can. */
  readonly nameOf?: (repository: RepositoryConfig) => string | null;
  /**
   * Remote of a found repository with the credential that git needs for it, which reaches git by environment alone and is stored nowhere.
   * Null = it is no address that the source may name: nothing is fetched from it. Default: as it was found, for which git's own helpers must do.
   */
  readonly gitUrl?: (url: string, section: Section) => string | null;
  /**
   * What the source told of the remote when it found a repository: one to which nothing was pushed since is not asked again. Null, or no
   * such function = it told nothing.
   */
  readonly toldOf?: (found: FoundScope) => Told | null;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- streams of one connector have cursors of different types; run-stream parses each with its own zod type
  readonly streams: ReadonlyArray<Stream<Section, any>>;
  readonly pushes?: ReadonlyArray<Push<Section>>;
  /**
   * What its streams read of a scope is fetched first and may make room for the next one: a pass runs all of them, and the line lifetimes
   * of the repository, before those of the next scope, and after the streams of other connectors. Default: stream by stream.
   */
  readonly isByScope?: true;
  /** What it can tell before anything is collected (`throughline plan`); stores nothing. Default: nothing. @throws CollectorError */
  readonly plan?: (context: PlanContext<Section>) => Promise<SourcePlan>;
  /** Asked by `throughline doctor`. Default: nothing. */
  readonly checks?: (context: CheckContext<Section>) => readonly Check[];
  /** Default: it takes no names from the command line. */
  readonly named?: NamedOnCommandLine<Section>;
}
