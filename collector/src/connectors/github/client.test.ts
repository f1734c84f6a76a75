import { gitUrl, isOwnRemote } from './client.ts';
import { section } from './config.ts';

const at = (url: string) => section.parse({ url, token: 'ghp_known', owners: ['acme'] });

describe('a remote that GitHub names', () => {
  it.each([
    ['https://ghes.acme.io/acme/shop', true],
    ['https://elsewhere.io/acme/shop', false],
    ['http://ghes.acme.io/acme/shop', false],
    ['file:///srv/private', false],
    ['ssh://git@ghes.acme.io/acme/shop', false],
    ['root@ghes.acme.io:/srv/private', false],
    ['not a url', false],
    ['', false],
  ])('%s: read %s', (url, isOwn) => {
    const own = at('https://ghes.acme.io');
    expect(isOwnRemote(url, own)).toBe(isOwn);
    expect(gitUrl(url, own)).toBe(isOwn ? 'https://x-access-token:ghp_known@ghes.acme.io/acme/shop' : null);
  });

  it('may be a folder of this machine where GitHub is on this machine', () => {
    expect(gitUrl('file:///srv/git/shop', at('http://127.0.0.1:8080'))).toBe('file:///srv/git/shop');
    expect(gitUrl('file:///srv/git/shop', at('https://127.0.0.1.acme.io'))).toBeNull();
  });
});
