// What outlives a reload. Gradio reloads the page after a lost connection, a phone may reload it after a rest, and a server that was started
// again knows no visit: the page opens where the visitor was. The state lies in the history entry, so that the address stays short.
window.explorer.visit = (() => {
  const EVERY = 15000, INTERRUPTED = 'explorer interrupted', {root} = window.explorer;
  const kept = history.state?.query;
  const query = kept ?? new URLSearchParams(location.search).get('q');
  let opening = null;

  // Keep the state that the visible tab shows; what the page opens with by itself is not kept.
  function keep(state) {
    opening ??= state;
    if (kept || history.state?.query || state !== opening) history.replaceState({...history.state, query: state}, '');
  }

  // Whether the page was left in the middle of a run and is loaded again. Storage may be forbidden in a frame.
  const stored = act => { try { return act(sessionStorage); } catch { return null; } };
  const reloaded = performance.getEntriesByType('navigation')[0]?.type === 'reload';
  const interrupted = Boolean(stored(storage => storage.getItem(INTERRUPTED)) && reloaded);
  stored(storage => storage.removeItem(INTERRUPTED));
  addEventListener('pagehide', () => {
    if (document.querySelector('.progress:not([hidden]), .busy')) stored(storage => storage.setItem(INTERRUPTED, 'yes'));
  });

  // A page that the browser had put aside has lost its connections; one whose server was started again, its session.
  addEventListener('pageshow', event => { if (event.persisted) location.reload(); });
  async function compare() {
    if (document.hidden) return;
    const answer = await fetch(`${root}/gradio_api/app_id`).then(found => found.json()).catch(() => null);
    if (answer?.app_id && answer.app_id !== window.gradio_config.app_id) location.reload();
  }
  document.addEventListener('visibilitychange', compare);
  addEventListener('online', compare);
  setInterval(compare, EVERY);
  return {query, interrupted, keep};
})();
