import { useRef, type KeyboardEvent } from 'react';

/**
 * Ctrl-Enter and Cmd-Enter run the query from any field. A field that is being typed in is left first, so that what it says is taken over;
 * where that runs the query already, it is not run twice.
 */
export function useRunKeys(run: () => void) {
  const count = useRef(0);
  const note = () => {
    count.current += 1;
  };
  const onKeys = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const [before, field] = [count.current, document.activeElement];
    if (field instanceof HTMLElement) {
      field.blur();
      field.focus();
    }
    if (count.current === before) {
      run();
    }
  };
  return { note, onKeys };
}
