import fc from 'fast-check';
import { isWebUrl } from './web-url.ts';

it.each([
  ['https://github.com/acme/shop/pull/7?x=1#note', true],
  ['HTTP://ghes.acme.io:8080', true],
  ['https://[::1]:3000/x', true],
  ['javascript:alert(1)', false],
  [' javascript:alert(1)', false],
  ['java\tscript:alert(1)', false],
  ['data:text/html,<script>', false],
  ['vbscript:x', false],
  ['file:///etc/passwd', false],
  ['//evil.example/x', false],
  ['/relative', false],
  ['https:evil', false],
  ['https:\\\\evil.example', false],
  ['https://user:pass@acme.io/', false],
  ['https://acme.io/\njavascript:alert(1)', false],
  ['https://acme.io/\0', false],
  ['', false],
  [`https://acme.io/${'x'.repeat(3000)}`, false],
])('%j leads to the web: %s', (url, isGood) => {
  expect(isWebUrl(url)).toBe(isGood);
});

it('what passes has the scheme http or https to a browser too', () => {
  const schemes = fc.constantFrom('javascript:', 'data:', 'https://', 'http://', 'java\nscript:', '\u0001https://', '');
  fc.assert(
    fc.property(schemes, fc.string({ unit: 'binary' }), fc.webUrl(), (scheme, text, url) => {
      for (const one of [scheme + text, scheme + url, url + text])
        if (isWebUrl(one)) expect(['http:', 'https:']).toContain(URL.canParse(one) ? new URL(one).protocol : 'http:');
    })
  );
});
