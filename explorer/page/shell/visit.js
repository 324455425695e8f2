// Restores the state of a visit after a reload. Gradio reloads the page when the connection was lost, a phone may reload a page that was in
// the background, and a restarted server has lost all sessions. The state is stored in the history entry, so that the address stays short.
window.explorer.visit = (() => {
  const EVERY = 15000, INTERRUPTED = 'explorer interrupted', {root} = window.explorer;
  const kept = history.state?.query;
  const query = kept ?? new URLSearchParams(location.search).get('q');
  let opening = null;

  // Store the state of the visible tab. The opening state of a page without a link is not stored until the visitor has changed something.
  function keep(state) {
    opening ??= state;
    if (kept || history.state?.query || state !== opening) history.replaceState({...history.state, query: state}, '');
  }

  // Whether the page was left in the middle of a run and then reloaded. In a frame, the browser may forbid the storage.
  const stored = act => { try { return act(sessionStorage); } catch { return null; } };
  const reloaded = performance.getEntriesByType('navigation')[0]?.type === 'reload';
  const interrupted = Boolean(stored(storage => storage.getItem(INTERRUPTED)) && reloaded);
  stored(storage => storage.removeItem(INTERRUPTED));
  addEventListener('pagehide', () => {
    if (document.querySelector('.progress:not([hidden]), .busy')) stored(storage => storage.setItem(INTERRUPTED, 'yes'));
  });

  // Reload a page that the browser restores from its cache, because it has lost its connections. Also reload after a restart of the server,
  // because the page has lost its session.
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
