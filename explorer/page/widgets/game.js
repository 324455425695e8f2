const {sharpen, keepSharp} = window.explorer, box = element.firstElementChild, [, pair, words] = box.children;
function draw() {
  const data = value();
  box.hidden = !data;
  if (!data) return;
  const open = data.real === null;
  pair.replaceChildren(...data.pictures.map((picture, i) => h('figure', {}, h('button', {
    type: 'button', class: `${i === data.chosen ? 'chosen' : ''} ${i === data.real ? 'real' : ''}`, disabled: open ? null : '',
    'aria-label': open ? `Picture ${i + 1} is the real one` : picture.caption, onclick: () => trigger('select', {index: i}),
  }, h('img', {src: picture.src, alt: picture.alt, 'data-side': data.side})), h('figcaption', {}, picture.caption))));
  const next = () => h('button', {type: 'button', class: 'link', onclick: () => trigger('submit', {})}, 'the next two');
  words.replaceChildren(data.message, ...(open ? [] : [' ', next()]));
  sharpen(pair);
}
keepSharp(pair);
