const {onKey} = window.explorer, {dark, neighbour, rows} = modules.cells, {place} = modules.words;
const map = element.querySelector('.map');
const [title, note] = element.querySelectorAll('figcaption span');
let selected = 0, painted = new Set(), stroke = null, shown = [], side = 0;

function paint() {
  const data = value(), {colours, mode} = data, changed = new Set(data.changed || []);
  [...map.children].forEach((node, cell) => {
    const code = shown[cell], erased = code < 0;
    node.textContent = erased ? '' : code;
    node.style.background = erased ? '' : colours[code];
    node.classList.toggle('erased', erased);
    node.classList.toggle('light', !erased && dark(colours[code]));
    node.classList.toggle('selected', mode === 'edit' && cell === selected);
    node.classList.toggle('painted', mode !== 'edit' && painted.has(cell));
    node.classList.toggle('changed', mode === 'edit' && changed.has(cell));
    node.setAttribute('aria-label', erased ? `${place(cell, side)}: erased` : `${place(cell, side)}: code ${code}`);
    node.setAttribute('aria-pressed', mode === 'edit' ? cell === selected : painted.has(cell));
  });
}
const announce = scroll => channel.emit('cell', {cell: selected, code: shown[selected], nearest: value().nearest?.[selected] || [],
  place: place(selected, side), mode: value().mode, scroll});
function choose(cell) {
  selected = cell;
  paint();
  announce(true);
}
function brush(cell) {
  if (!stroke || stroke.cells.has(cell)) return;
  stroke.cells.add(cell);
  stroke.add ? painted.add(cell) : painted.delete(cell);
  paint();
}
const cellAt = event => {
  const node = document.elementFromPoint(event.clientX, event.clientY)?.closest?.('.map button');
  return node && map.contains(node) ? Number(node.dataset.cell) : null;
};
function finish() {
  if (!stroke) return;
  stroke = null;
  trigger('select', {painted: [...painted].sort((a, b) => a - b)});
}
map.addEventListener('pointerdown', event => {
  const cell = cellAt(event);
  if (cell === null || value().mode === 'edit') return;
  event.preventDefault();
  stroke = {add: !painted.has(cell), cells: new Set()};
  brush(cell);
});
document.addEventListener('pointermove', event => { if (stroke) { const cell = cellAt(event); if (cell !== null) brush(cell); } });
document.addEventListener('pointerup', finish);
document.addEventListener('pointercancel', finish);
map.addEventListener('click', event => {
  const cell = event.target.closest('button')?.dataset.cell;
  if (cell === undefined) return;
  if (value().mode === 'edit') choose(Number(cell));
  else if (event.detail === 0) {  // from the keyboard
    stroke = {add: !painted.has(Number(cell)), cells: new Set()};
    brush(Number(cell));
    finish();
  }
});
function draw() {
  const data = value();
  if (!data) return;
  side = data.side;
  if (map.children.length !== data.codes.length) {
    map.style.setProperty('--side', side);
    map.replaceChildren(...data.codes.map((_, cell) => h('button', {type: 'button', 'data-cell': cell})));
  }
  map.classList.toggle('brush', data.mode !== 'edit');
  shown = data.codes;
  painted = new Set(data.painted || []);
  selected = Math.min(data.selected ?? selected, data.codes.length - 1);
  title.textContent = data.title || '';
  note.textContent = data.note || '';
  paint();
  announce(false);
}
let lastRequest = 0;
channel.on('put', async ({code}) => {
  const data = value(), request = ++lastRequest, cell = selected;
  if (!data || data.mode !== 'edit') return;
  shown = shown.map((current, i) => (i === selected ? code : current));
  paint();
  announce(false);
  const codes = rows(shown, side), src = await server.redraw({model: data.model, codes}).catch(() => null);
  if (src && request === lastRequest) channel.emit('frame', {src, title: 'from the codes', alt: 'Picture drawn from the changed codes'});
  trigger('submit', {cell, codes});
});
channel.on('frame', frame => { if (frame.codes && frame.codes.length === map.children.length) { shown = frame.codes; paint(); } });
onKey(map, key => {
  const next = neighbour(selected, key, side);
  if (next === null || value().mode !== 'edit') return false;
  if (next !== selected) choose(next);
  return true;
});
