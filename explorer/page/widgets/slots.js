const {onKey, sharpen, keepSharp} = window.explorer, {rolled} = modules.choices;
const box = element.firstElementChild, locked = {a: false, b: false};
const DICE = 'M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2z'
  + 'M8.5 8.5h.01M15.5 8.5h.01M12 12h.01M8.5 15.5h.01M15.5 15.5h.01';
const CLOSED = 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3', OPEN = 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 6.8-1.2';
const icon = path => h('svg', {viewBox: '0 0 24 24', width: 20, height: 20, 'aria-hidden': 'true', class: 'glyph'},
  h('path', {d: path}));
const roll = names => {
  const seeds = rolled(names, locked);
  if (Object.keys(seeds).length) { channel.emit('busy'); trigger('submit', seeds); }
};
function slot(name, data) {
  const content = data[name], letter = name.toUpperCase();
  const choose = h('button', {type: 'button', class: 'frame', title: `Work on ${letter}`, 'aria-pressed': data.active === name,
    onclick: () => { channel.emit('busy'); trigger('select', {slot: name}); }},
    h('img', {src: content.src, alt: content.alt, 'data-side': content.side}));
  const seed = h('input', {type: 'number', min: 0, max: 4294967295, step: 1, value: content.seed ?? '', placeholder: 'fitted',
    'aria-label': `Seed of ${letter}`, onchange: event => {
      if (event.target.value === '') return;
      channel.emit('busy'); trigger('submit', {[name]: Number(event.target.value)});
    }});
  const lock = h('button', {type: 'button', class: 'quiet', 'aria-pressed': locked[name], title: `Keep ${letter} when rolling`,
    'aria-label': `Keep ${letter} when rolling`, onclick: () => { locked[name] = !locked[name]; draw(); }},
    icon(locked[name] ? CLOSED : OPEN));
  return h('div', {class: `slot ${data.active === name ? 'active' : ''}`},
    choose, h('div', {class: 'slot-title'}, h('b', {}, letter), ` ${content.title}`), seed,
    h('div', {class: 'slot-tools'},
      h('button', {type: 'button', class: 'quiet', disabled: locked[name], title: `Roll a new seed for ${letter} (R)`,
        'aria-label': `Roll a new seed for ${letter}`, onclick: () => roll([name])}, icon(DICE)), lock));
}
function draw() {
  const data = value();
  if (!data?.a) return;
  box.replaceChildren(slot('a', data), slot('b', data));
  sharpen(element);
}
onKey(box, key => {
  if ((key !== 'r' && key !== 'R') || !value()?.a) return false;
  roll(value().rolls === 'both' ? ['a', 'b'] : [value().active]);
  return true;
});
keepSharp(element);
