const {sharpen, keepSharp} = window.explorer, box = element.firstElementChild, [, pair, words] = box.children;
function draw() {
  const now = value();
  box.hidden = !now;
  if (!now) return;
  const open = now.real === null;
  pair.replaceChildren(...now.pictures.map((picture, i) => h('figure', {}, h('button', {
    type: 'button', class: `${i === now.chosen ? 'chosen' : ''} ${i === now.real ? 'real' : ''}`, disabled: open ? null : '',
    'aria-label': open ? `Picture ${i + 1} is the real one` : picture.caption, onclick: () => trigger('select', {index: i}),
  }, h('img', {src: picture.src, alt: picture.alt, 'data-side': now.side})), h('figcaption', {}, picture.caption))));
  const next = () => h('button', {type: 'button', class: 'link', onclick: () => trigger('submit', {})}, 'the next two');
  words.replaceChildren(now.message, ...(open ? [] : [' ', next()]));
  sharpen(pair);
}
keepSharp(pair);
