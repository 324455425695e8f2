const {copy, download} = window.explorer, [foot, codes, keys] = element.children;
keys.textContent = props.keys;
const link = (words, act) => h('button', {type: 'button', class: 'link', onclick: async event => {
  const button = event.currentTarget, done = await act(event);  // the target may be an element that the browser's translation put in it
  if (done) { button.textContent = done; setTimeout(() => { button.textContent = words; }, 1600); }
}}, words);
// Only the visible tab's state is kept for a reload; a tab that is shown or hidden changes the size of what is in it.
const keep = () => { if (value() && foot.offsetParent) window.explorer.visit.keep(value().query); };
new ResizeObserver(keep).observe(foot);
const address = () => window.explorer.address(value().query);
function draw() {
  const data = value();
  if (!data) return;
  if (!foot.children.length) {
    foot.replaceChildren(
      link('share', async () => { history.replaceState(null, '', address()); await copy(address()); return 'link copied'; }),
      link('copy as code', () => { codes.hidden = !codes.hidden; }),
      link(data.file.label, () => { download(value().file.name, value().file.content); }));
  }
  keep();
  codes.replaceChildren(...data.codes.map(([title, text]) => h('div', {},
    h('div', {class: 'code-title'}, title, link('copy', async () => {
      await copy(text.replaceAll('ADDRESS', location.origin + location.pathname)); return 'copied';
    })),
    h('pre', {tabindex: 0}, text.replaceAll('ADDRESS', location.origin + location.pathname)))));
}
