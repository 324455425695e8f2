const {copy, download} = window.explorer, [foot, codes, keys] = element.children;
keys.textContent = props.keys;
const link = (words, act) => h('button', {type: 'button', class: 'link', onclick: async event => {
  const button = event.currentTarget, message = await act(event);  // the target may be an element that the browser's translation put in it
  if (message) { button.textContent = message; setTimeout(() => { button.textContent = words; }, message === BY_HAND ? 8000 : 1600); }
}}, words);
// A text that could not be copied is selected, so that the visitor can copy it.
const BY_HAND = 'not copied: the text is selected, copy it by hand';
async function copied(text, shown, message) {
  if (await copy(text)) return message;
  const pre = shown();
  getSelection().selectAllChildren(pre);
  pre.scrollIntoView({block: 'nearest'});
  return BY_HAND;
}
function selectable(text) {
  const old = foot.querySelector('pre'), pre = h('pre', {tabindex: 0, 'aria-label': 'link'}, text);
  old ? old.replaceWith(pre) : foot.append(pre);
  return pre;
}
// Store the state for a reload if this tab is visible. The observer also calls this when the tab is shown, because its size changes then.
const keep = () => { if (value() && foot.offsetParent) window.explorer.visit.keep(query()); };
new ResizeObserver(keep).observe(foot);
const address = () => window.explorer.address(query());
let step = null;
channel.on('frame', frame => { step = frame.step ?? null; });
const query = () => (value().follows && step !== null ? modules.links.changed(value().query, value().follows, step) : value().query);
const placed = text => text.replaceAll('ADDRESS', location.origin + location.pathname);
function draw() {
  const data = value();
  if (!data) return;
  foot.querySelector('pre')?.remove();
  if (!foot.children.length) {
    foot.replaceChildren(
      link('share', async () => { history.replaceState(null, '', address()); return copied(address(), () => selectable(address()), 'link copied'); }),
      link('copy as code', () => { codes.hidden = !codes.hidden; }),
      link(data.file.label, () => { download(value().file.name, value().file.content); }));
  }
  keep();
  codes.replaceChildren(...data.codes.map(([title, text]) => h('div', {},
    h('div', {class: 'code-title'}, title, link('copy', event => copied(placed(text),
      () => event.target.closest('.code-title').nextElementSibling, 'copied'))),
    h('pre', {tabindex: 0}, placed(text)))));
}
