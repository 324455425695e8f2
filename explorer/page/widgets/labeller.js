const {onKey} = window.explorer;
const box = element.firstElementChild, [shelf, numbers, title, given] = box.children, DIGITS = [...'0123456789'];
let labels = new Map(), pictures = new Map(), chosen = null, drawn = '', waiting;

// After the last of several quick labels: every event has them all.
const send = () => { clearTimeout(waiting); waiting = setTimeout(() => trigger('select', {labels: [...labels]}), 150); };
function label(digit) {
  if (chosen === null || (labels.size >= value().most && !labels.has(chosen))) return;
  labels.set(chosen, digit);
  const order = value().shelf.map(([number]) => number), next = order.slice(order.indexOf(chosen) + 1).find(number => !labels.has(number));
  chosen = next ?? chosen;
  paint();
  shelf.querySelector(`[data-number="${chosen}"]`)?.focus({preventScroll: true});
  send();
}
function remove(number) {
  labels.delete(number);
  chosen = number;
  paint();
  send();
}
function paint() {
  const {most} = value();
  for (const tile of shelf.children) {
    const number = Number(tile.dataset.number), told = labels.get(number);
    tile.setAttribute('aria-pressed', String(number === chosen));
    tile.setAttribute('aria-label', told === undefined ? `digit ${number}, without a label` : `digit ${number}, labelled ${told}`);
    tile.tabIndex = number === chosen ? 0 : -1;
    tile.querySelector('b').textContent = told ?? '';
  }
  title.textContent = `${labels.size} of ${most} labelled${labels.size ? ': click one to take its label back' : ''}`;
  given.replaceChildren(...[...labels].map(([number, told]) => h('button', {type: 'button', 'aria-label': `take back the label ${told} of digit ${number}`, onclick: () => remove(number)},
    h('img', {src: pictures.get(number), alt: ''}), h('b', {}, String(told)))));
}
function draw() {
  const data = value();
  box.hidden = !data;
  if (!data) return;
  for (const [number, src] of data.shelf) pictures.set(number, src);
  for (const [number, , src] of data.labels) pictures.set(number, src);
  labels = new Map(data.labels.map(([number, told]) => [number, told]));
  const order = data.shelf.map(([number]) => number).join();
  if (order !== drawn) {
    drawn = order;
    chosen = data.shelf[0][0];
    shelf.replaceChildren(...data.shelf.map(([number, src]) => h('button', {type: 'button', class: 'tile', 'data-number': number, onclick: () => { chosen = number; paint(); }},
      h('img', {src, alt: ''}), h('b', {}))));
  }
  paint();
}
numbers.replaceChildren(h('span', {}, 'It is a'), ...DIGITS.map(digit => h('button', {type: 'button', class: 'quiet', onclick: () => label(Number(digit))}, digit)),
  h('button', {type: 'button', class: 'link', onclick: () => trigger('submit', {})}, 'show other digits'));
onKey(box, key => {
  if (!box.contains(document.activeElement)) return false;
  if (DIGITS.includes(key)) { label(Number(key)); return true; }
  const tiles = [...shelf.children], at = tiles.findIndex(tile => Number(tile.dataset.number) === chosen), columns = Math.max(1, Math.round(shelf.clientWidth / tiles[0].offsetWidth));
  const step = {ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns}[key];
  if (step === undefined || !tiles[at + step]) return false;
  chosen = Number(tiles[at + step].dataset.number);
  paint();
  tiles[at + step].focus();
  return true;
});
