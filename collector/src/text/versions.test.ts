import { cpuMs } from '../../testing/cpu.ts';
import { isPrerelease } from './versions.ts';

const list = (text: string): string[] => text.split(' ');

describe('isPrerelease', () => {
  it.each(
    list(
      'v1.1.0-M1 v1.1.0.M2 v1.1.0-milestone.1 v1.1.0-experimental.1 v1.1.0-insiders.1 v1.1.0-EA v1.1.0-ea.2 v1.1.0-edge v1.1.0-unstable.4 v1.1.0-b1 v1.1.0-a.1 v1.1.0-TP1 v1.1.0-rc.1-hotfix v1.1.0-beta2-fix ' +
        '1.0.0-alpha v1.0.0-alpha.beta v1.0.0-0.3.7 v1.0.0-x.7.z.92 v1.0.0-x-y-z v1.0.0-1 v1.0.0-beta.2+build.7 v1.0.0-dev v1.0.0-SNAPSHOT v1.0.0-nightly.20260102 v1.0.0-canary.abc v1.0.0-12-gabcdef0 v1.0.0-pr.12 v1.0.0-next.1 v2-rc1 ' +
        '2.0b1 2.0a3 1.0rc1 1.0.dev3 1.0.0.pre1 1.0.0.rc.1 1.0.0.Beta3 1.0.0.CR1 4.0.0.BUILD-SNAPSHOT 1.0.0alpha 1.0.0_rc1 v1.0.0rc2 go1.22rc1 ' +
        'web/v1.2.0-rc.1 pkg@1.0.0-beta.1 @acme/pkg@1.0.0-next.3 api-v2.1.0-rc.1 release-1.2.0-rc1 REL_1_2_RC1 ' +
        'nightly nightly-2026-01-02 nightly/v1.2.0 canary latest edge snapshot-20260102 dev-20260102 beta preview build-123 v2026-01-02-nightly weekly.2026-01-02 build/1.4.0'
    )
  )('takes %s for one', (name) => {
    expect(isPrerelease(name)).toBe(true);
  });

  it.each(
    list(
      'v1.0.0 v1.1.0.Final v1.1.0+build.7 1.0.0+rc v2024.10.1 v1 v7 1.2 1.2.3.4567 v1.0.0-final 1.0.0-RELEASE 1.0.0.GA v1.0.0-ga v1.0.0-lts v1.0.0-stable 1.0.0.SP1 1.0.0.post1 OpenSSL_1_0_2a 1.0.2a ' +
        'web/v1.2.0 pkg@1.0.0 @acme/pkg@1.0.0 api-v2.1.0 release-1.2.0 REL_1_2 release-2026-01-02 deploy-2026-01-02-3 prod-20260102-1530 2026-01-02 v2026.01.02 2026.01.02.1 go1.22 prod shop-42 v1.0.0+nightly.3 alphabet-v1.0.0'
    )
  )('takes %s for a release', (name) => {
    expect(isPrerelease(name)).toBe(false);
  });

  it.each([['1.'], ['-a'], ['v1'], ['nightly'], ['1'], ['/'], ['1-']])(
    'reads a megabyte of %j within 100 ms of the processor',
    (part) => {
      const name = part.repeat(500_000);
      expect(cpuMs(() => isPrerelease(name))).toBeLessThan(100);
    }
  );
});
