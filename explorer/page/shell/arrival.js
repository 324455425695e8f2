const {query, interrupted} = window.explorer.visit;
const draw = () => {
  if (!value()) return;
  const {slug, index} = value(), tabs = [...document.querySelectorAll('[role=tab]')];
  const menu = document.querySelectorAll('.overflow-dropdown button');
  (tabs.find(tab => tab.dataset.tabId === slug) ?? menu[index - tabs.length])?.click();
};
if ((query || fixed.lazy || (interrupted && fixed.channel !== 'page')) && window.explorer.first(fixed.channel)) {
  const panel = fixed.lazy && element.closest('[role=tabpanel]');
  if (panel) {
    panel.inert = true;
    for (const type of ['drawn', 'idle']) channel.on(type, () => { panel.inert = false; });
  }
  trigger('submit', {query, interrupted});
}
