// Runs before the first paint, so that a dark screen does not flash white. A file, because the page allows no inline script.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('minilens.theme');
  } catch {}
  const isDark = chosen === 'dark' || (chosen !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
})();
