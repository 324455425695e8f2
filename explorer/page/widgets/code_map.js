const {onKey} = window.explorer, {dark, moved, rows} = modules.cells, {place} = modules.words;
const map = element.querySelector('.map');
const [title, note] = element.querySelectorAll('figcaption span');
let selected = 0, painted = new Set(), stroke = null, shown = [], side = 0;

function paint() {
  const now = value(), {colours, mode} = now, changed = new Set(now.changed || []);
  [...map.children].forEach((node, cell) => {
    const code = shown[cell], gone = code < 0;
    node.textContent = gone ? '' : code;
    node.style.background = gone ? '' : colours[code];
    node.classList.toggle('erased', gone);
    node.classList.toggle('light', !gone && dark(colours[code]));
    node.classList.toggle('selected', mode === 'edit' && cell === selected);
    node.classList.toggle('painted', mode !== 'edit' && painted.has(cell));
    node.classList.toggle('changed', mode === 'edit' && changed.has(cell));
    node.setAttribute('aria-label', gone ? `${place(cell, side)}: erased` : `${place(cell, side)}: code ${code}`);
    node.setAttribute('aria-pressed', mode === 'edit' ? cell === selected : painted.has(cell));
  });
}
const tell = asked => channel.emit('cell', {cell: selected, code: shown[selected], nearest: value().nearest?.[selected] || [],
  place: place(selected, side), mode: value().mode, asked});
function choose(cell) {
  selected = cell;
  paint();
  tell(true);
}
function brush(cell) {
  if (!stroke || stroke.seen.has(cell)) return;
  stroke.seen.add(cell);
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
  stroke = {add: !painted.has(cell), seen: new Set()};
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
    stroke = {add: !painted.has(Number(cell)), seen: new Set()};
    brush(Number(cell));
    finish();
  }
});
function draw() {
  const now = value();
  if (!now) return;
  side = now.side;
  if (map.children.length !== now.codes.length) {
    map.style.setProperty('--side', side);
    map.replaceChildren(...now.codes.map((_, cell) => h('button', {type: 'button', 'data-cell': cell})));
  }
  map.classList.toggle('brush', now.mode !== 'edit');
  shown = now.codes;
  painted = new Set(now.painted || []);
  selected = Math.min(now.selected ?? selected, now.codes.length - 1);
  title.textContent = now.title || '';
  note.textContent = now.note || '';
  paint();
  tell(false);
}
let asked = 0;
channel.on('put', async ({code}) => {
  const now = value(), ticket = ++asked, cell = selected;
  if (!now || now.mode !== 'edit') return;
  shown = shown.map((old, cell) => (cell === selected ? code : old));
  paint();
  tell(false);
  const codes = rows(shown, side), src = await server.redraw({model: now.model, codes}).catch(() => null);
  if (src && ticket === asked) channel.emit('frame', {src, title: 'from the codes', alt: 'Picture drawn from the changed codes'});
  trigger('submit', {cell, codes});
});
channel.on('frame', frame => { if (frame.codes && frame.codes.length === map.children.length) { shown = frame.codes; paint(); } });
onKey(map, key => {
  const next = moved(selected, key, side);
  if (next === null || value().mode !== 'edit') return false;
  if (next !== selected) choose(next);
  return true;
});
