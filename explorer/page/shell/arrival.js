const query = new URLSearchParams(location.search).get('q');
const draw = () => {
  if (!value()) return;
  const {slug, index} = value(), tabs = [...document.querySelectorAll('[role=tab]')];
  const menu = document.querySelectorAll('.overflow-dropdown button');
  (tabs.find(tab => tab.dataset.tabId === slug) ?? menu[index - tabs.length])?.click();
};
if ((query || fixed.lazy) && window.explorer.first(fixed.channel)) trigger('submit', {query});
