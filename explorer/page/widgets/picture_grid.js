const {onKey, download, address, progressOf, sharpen, keepSharp} = window.explorer;
const [grid, progress, beside, facts, save] = element.children;
const progressed = progressOf(progress, () => trigger('stop', {}));
let selected = 0, drawnKey = '';

function fit() {
  const data = value();
  if (!data || !grid.clientWidth) return;
  const {columns, shown, shrunk} = modules.layout.grid(data.pictures.length, data.side, grid.clientWidth, window.devicePixelRatio || 1);
  grid.style.gridTemplateColumns = `repeat(${columns}, ${shown}px)`;
  grid.style.setProperty('--shown', `${shown}px`);
  grid.classList.toggle('shrunk', shrunk);
}
function choose(next) {
  const data = value();
  if (!data?.pictures.length) return;
  selected = Math.max(0, Math.min(data.pictures.length - 1, next));
  [...grid.children].forEach((node, i) => {
    node.classList.toggle('selected', i === selected);
    node.setAttribute('aria-pressed', i === selected);
  });
  const picture = data.pictures[selected];
  beside.replaceChildren(...(picture.beside || []).map(([words, figures]) => h('section', {}, h('h4', {}, words), h('div', {},
    ...figures.map(figure => h('figure', {}, h('img', {src: figure.src, alt: figure.alt, ...(figure.side ? {'data-side': figure.side} : {})}),
      h('figcaption', {}, figure.caption)))))));
  sharpen(beside);
  facts.replaceChildren(...picture.facts.map(([name, content]) => h('div', {}, h('dt', {}, name), h('dd', {}, content))),
    picture.link && h('div', {}, h('a', {href: address(picture.link[1])}, picture.link[0])) || '');
}
function draw() {
  const data = value();
  element.classList.remove('busy');
  if (!data) return;
  grid.replaceChildren(...data.pictures.map((picture, i) => h('button', {type: 'button', class: 'sample', title: picture.title,
    onclick: () => choose(i)}, h('img', {src: picture.src, alt: picture.alt}))));
  progressed(data.progress, run => `picture ${run.step} of ${run.steps}`);
  const forms = data.progress ? [] : [['zip', 'ZIP of PNGs'], ...(data.walk ? [['gif', 'GIF'], ['mp4', 'MP4']] : [])];
  save.replaceChildren(...(forms.length ? ['save as', ...forms.map(([format, words]) => h('button', {type: 'button', class: 'link',
    title: format === 'zip' ? 'the pictures, and a JSON file that reproduces them' : 'an animation that goes from each picture to the next',
    onclick: () => trigger('download', {format})}, words))] : []));
  if (drawnKey !== data.key) { drawnKey = data.key; selected = 0; }
  fit();
  choose(selected);
}
onKey(grid, key => {
  const columns = getComputedStyle(grid).gridTemplateColumns.split(' ').length;
  const step = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns}[key];
  if (step) { choose(selected + step); return true; }
  if (key === 'r' || key === 'R') { channel.emit('busy'); trigger('submit', {seed: modules.choices.randomSeed()}); return true; }
  return false;
});
channel.on('busy', () => element.classList.add('busy'));
channel.on('idle', () => element.classList.remove('busy'));
new ResizeObserver(fit).observe(grid);
keepSharp(beside);
watch('saved', () => { if (props.saved) download(props.saved.name, props.saved.content); });
