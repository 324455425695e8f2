const {percent} = modules.words, {address} = window.explorer;
const box = element.firstElementChild, [figure, table, bars] = box.children, image = figure.querySelector('img'), links = figure.querySelector('nav');
let chosen = [0, 0];

function detail() {
  const data = value(), [row, column] = chosen, cell = data.rows[row]?.cells[column];
  if (!cell) { bars.replaceChildren(); return; }
  const title = data.rows[row].title;
  bars.replaceChildren(h('h4', {}, `${title}, ${data.columns[column]}: all ten probabilities`), ...cell.chances.map((share, i) => h('div', {class: `chance ${data.answers[i] === cell.label ? 'selected' : ''}`},
    h('span', {}, data.answers[i]), h('i', {style: `width:${100 * share}%`}), h('em', {}, percent(share)))));
}
function select(row, column) {
  chosen = [row, column];
  for (const button of table.querySelectorAll('button')) button.setAttribute('aria-pressed', String(button.dataset.at === `${row},${column}`));
  detail();
}
function draw() {
  const data = value();
  box.hidden = !data;
  if (!data) return;
  image.src = data.digit;
  image.alt = data.alt;
  links.replaceChildren(...data.links.map(([words, query]) => h('a', {href: address(query)}, words)));
  const cell = (verdict, row, column) => h('td', {}, verdict && h('button', {
    type: 'button', 'data-at': `${row},${column}`, class: verdict.label === data.common ? '' : 'other', 'aria-pressed': 'false',
    'aria-label': `${data.rows[row].title}, ${data.columns[column]}: ${verdict.label}, ${percent(verdict.share)}`, onclick: () => select(row, column),
  }, h('b', {}, verdict.label), h('small', {}, percent(verdict.share))));
  table.replaceChildren(h('table', {},
    h('thead', {}, h('tr', {}, h('th', {scope: 'col'}, 'method'), data.columns.map(name => h('th', {scope: 'col'}, name)))),
    h('tbody', {}, data.rows.map((row, i) => h('tr', {}, h('th', {scope: 'row'}, row.title, h('small', {}, row.note)), row.cells.map((verdict, j) => cell(verdict, i, j)))))));
  select(...(data.rows[chosen[0]]?.cells[chosen[1]] ? chosen : [0, 0]));
}
