// What @grafana/ui 13 needs of a browser and jsdom does not have.
import './.config/jest-setup';

// Combobox measures option text on a canvas.
HTMLCanvasElement.prototype.getContext = () => ({
  font: '',
  measureText: (text) => ({ width: String(text).length * 8 }),
});

// ScrollContainer watches its size and edges.
class Observer {
  observe() {}
  unobserve() {}
  disconnect() {}
  takeRecords() {
    return [];
  }
}
globalThis.IntersectionObserver ??= Observer;
globalThis.ResizeObserver ??= Observer;

// Virtualised menus render no rows when everything measures 0.
for (const size of ['offsetHeight', 'offsetWidth', 'clientHeight', 'clientWidth']) {
  Object.defineProperty(HTMLElement.prototype, size, { configurable: true, get: () => 400 });
}
