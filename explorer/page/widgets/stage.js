const {keepSharp, sharpen, onKey, address, progressOf} = window.explorer;
const [pictures, progress, facts] = element.children, progressed = progressOf(progress, () => trigger('stop', {}));
let shape = '';

const figure = picture => h('figure', {class: picture.role, 'data-role': picture.role},
  h('div', {class: 'frame'}, h('img', {'data-side': picture.side})),
  h('figcaption', {}, h('span', {class: 'title'}), h('span', {class: 'note'})));
function fill(node, picture) {
  const image = node.querySelector('img');
  if (picture.src && image.getAttribute('src') !== picture.src) image.src = picture.src;
  image.alt = picture.alt ?? image.alt;
  image.dataset.side = picture.side ?? image.dataset.side;
  node.querySelector('.title').textContent = picture.title || '';
  node.querySelector('.note').textContent = picture.note || '';
}
function list(pairs) {
  facts.replaceChildren(...(pairs || []).map(([name, content, query]) => h('div', {}, name && h('dt', {}, name),
    h('dd', {}, query ? h('a', {href: address(query)}, content) : content))));
}
function draw() {
  const data = value();
  element.classList.remove('busy');
  if (!data) {
    shape = '';
    pictures.replaceChildren();
    facts.replaceChildren();
    return;
  }
  const newShape = data.columns + data.pictures.map(picture => picture.role).join();
  if (newShape !== shape) {
    shape = newShape;
    pictures.className = `stage-pictures columns-${data.columns}`;
    pictures.replaceChildren(...data.pictures.map(figure));
  }
  data.pictures.forEach((picture, i) => fill(pictures.children[i], picture));
  list(data.facts);
  progressed(data.progress, modules.words.progress);
  sharpen(element);
}
channel.on('frame', frame => {
  if (frame.pictures) {
    frame.pictures.forEach((picture, i) => { if (pictures.children[i]) fill(pictures.children[i], picture); });
    if (frame.facts) list(frame.facts);
    return;
  }
  const node = pictures.querySelector('[data-role=current]');
  if (!node) return;
  fill(node, {...frame, side: node.querySelector('img').dataset.side});
  if (frame.facts) list(frame.facts);
});
let patience;
channel.on('busy', () => {
  element.classList.add('busy');
  clearTimeout(patience);
  patience = setTimeout(() => element.classList.remove('busy'), 8000);
});
channel.on('idle', () => element.classList.remove('busy'));
onKey(pictures, key => {
  if (!fixed.rolls || (key !== 'r' && key !== 'R')) return false;
  channel.emit('busy');
  trigger('submit', {seed: modules.choices.randomSeed()});
  return true;
});
keepSharp(element);
