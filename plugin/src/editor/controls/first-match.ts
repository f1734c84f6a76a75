import type { FormEvent, KeyboardEvent } from 'react';

interface Keys {
  onInput: (event: FormEvent<HTMLElement>) => void;
  onKeyDownCapture: (event: KeyboardEvent<HTMLElement>) => void;
}

const isText = (target: EventTarget): target is HTMLInputElement => target instanceof HTMLInputElement;

/** What the list under a box marks, and its first option; null = there is none. */
function listOf(box: HTMLInputElement): { marked: Element | null; first: HTMLElement | null } {
  const marked = document.getElementById(box.getAttribute('aria-activedescendant') ?? '');
  const list = document.getElementById(box.getAttribute('aria-controls') ?? '');
  return { marked, first: list?.querySelector<HTMLElement>('[role="option"]') ?? null };
}

/**
 * Handlers of an element around a Combobox: what is typed marks the first match, and Enter never chooses what is not in the list.
 *
 * Why: Combobox keeps the place of the chosen option marked while its list gets shorter, so that Enter took whatever came to stand there, or nothing: the
 * box was then empty beside a query that was not. Seen in Grafana 12.3.
 */
export const firstMatch: Keys = {
  onInput: ({ target }) => {
    if (!isText(target) || target.value === '') return;
    // Once the list shows the matches: as if somebody had pressed Home.
    setTimeout(() => target.dispatchEvent(new KeyboardEvent('keydown', { key: 'Home', bubbles: true })));
  },
  onKeyDownCapture: (event) => {
    const { target, key } = event;
    if (key !== 'Enter' || !isText(target) || target.value === '' || target.getAttribute('aria-expanded') !== 'true') return;
    const { marked, first } = listOf(target);
    if (marked !== null) return;
    event.preventDefault();
    event.stopPropagation();
    first?.click();
  },
}; // prettier-ignore
