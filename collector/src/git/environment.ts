/** What git is told of the world: nothing when it reads, the user's own access when it fetches. */
import { devNull, tmpdir } from 'node:os';

/** Variables with which people reach their remotes. All others that begin with GIT_ are dropped: they redirect, trace or run. */
const KEPT_TO_FETCH =
  /^GIT_(SSH|SSH_COMMAND|SSH_VARIANT|SSL_\w+|PROXY_\w+|HTTP_\w+|EXEC_PATH|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+))$/;

/** Transports of a mirror. `ext::` and other helpers run what the address says. */
const PROTOCOLS = ['file', 'git', 'http', 'https', 'ssh'];

const inherited = (isKept: (name: string) => boolean): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_') || isKept(name)));

/** Environment in which no configuration, attribute, pager, prompt or network can change an answer. */
export function gitEnvironment(home: string = tmpdir()): NodeJS.ProcessEnv {
  return {
    ...inherited(() => false),
    LC_ALL: 'C',
    // git 2.31 knows no GIT_CONFIG_GLOBAL: there the user's configuration is looked for in a home that has none.
    HOME: home,
    XDG_CONFIG_HOME: home,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_LAZY_FETCH: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_PAGER: 'cat',
  };
}

/**
 * Environment of a fetch: the user's own configuration, credential helpers and proxies count, prompts would hang.
 * @param settings By environment, because a URL with a password must stand in no file and no list of processes.
 */
export function fetchEnvironment(settings: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const own = Number(process.env['GIT_CONFIG_COUNT'] ?? 0);
  const first = Number.isSafeInteger(own) && own > 0 ? own : 0;
  const all = Object.entries(settings);
  const pairs = all.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${String(first + index)}`, key],
    [`GIT_CONFIG_VALUE_${String(first + index)}`, value],
  ]);
  return {
    ...inherited((name) => KEPT_TO_FETCH.test(name)),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'true',
    SSH_ASKPASS: 'true',
    GIT_SSH_COMMAND: process.env['GIT_SSH_COMMAND'] ?? 'ssh -oBatchMode=yes',
    GIT_ALLOW_PROTOCOL: PROTOCOLS.join(':'),
    GIT_PROTOCOL_FROM_USER: '0',
    GIT_CONFIG_COUNT: String(first + all.length),
    ...(Object.fromEntries(pairs) as Record<string, string>),
  };
}
