/** The pushes that the configuration asks for, by the stream they write to; what a request means to the connector it is for. */
import { ZodError } from 'zod';
import type { Config } from '../config/schema.ts';
import type { Connector, Push, PushRequest, Pushed, Verifier } from '../connector.ts';
import { configuredConnectors } from '../connectors/configured.ts';
import { collects } from '../privacy/switches.ts';
import { pushInvalid } from '../push.ts';
import { sourceNames } from '../store/pseudonym.ts';

export interface Receiver {
  /** connector/push: the stream that its rows are counted for, and the source of its deliveries. */
  readonly stream: string;
  readonly connector: Connector;
  readonly push: Push<null>;
  readonly section: null;
  readonly verify: Verifier;
  /** What it brings is switched off: requests are refused. Deliveries that came before are worked off without being written. */
  readonly isOff: boolean;
}

/** All receivers, by stream. */
export function receiversOf(config: Config): ReadonlyMap<string, Receiver> {
  const isCollected = collects(config);
  const all = configuredConnectors(config).flatMap(({ connector, section }) =>
    (connector.pushes ?? []).flatMap((push): Receiver[] => {
      const verify = push.verify(section);
      const stream = `${connector.id}/${push.id}`;
      const isOff = !isCollected(push.category);
      return verify === null ? [] : [{ stream, connector, push, section, verify, isOff }];
    })
  );
  return new Map(all.map((receiver) => [receiver.stream, receiver]));
}

/** What a request that came at `now` means. @throws CollectorError `push_invalid`. */
export function normalized({ push, section }: Receiver, request: PushRequest, now: Date): Pushed {
  try {
    return push.normalize(request, { section, accountId: sourceNames.accountId, now: () => now });
  } catch (error) {
    if (error instanceof ZodError) {
      const [issue] = error.issues;
      throw pushInvalid(`${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''}`);
    }
    throw error instanceof SyntaxError ? pushInvalid('it is not JSON') : error;
  }
}
