const {axis, extent, line, scaleOf} = modules.charts, {digits} = modules.words;
const [box, output] = element.children, LEFT = 52, RIGHT = 16, TOP = 22, BOTTOM = 40;
let chosen = null, marks = [];

// Reads a point, and marks it in every plot.
function read(key) {
  const point = marks.find(mark => mark.key === key)?.point;
  output.textContent = point ? point.text : '';
  for (const mark of marks) mark.node.classList.toggle('read', mark.key === key);
}
function choose(key) {
  chosen = key;
  for (const mark of marks) mark.node.classList.toggle('selected', mark.key === key);
  for (const mark of marks) mark.node.setAttribute('aria-pressed', String(mark.key === key));
  read(key);
}
// The neighbour of a point in a plot, in the order of its curves.
function beside(plot, key, step) {
  const keys = plot.curves.flatMap(curve => curve.points.map(point => point.key));
  return keys[Math.max(0, Math.min(keys.length - 1, keys.indexOf(key) + step))];
}
function bound(values, room) {
  const low = Math.min(...values), high = Math.max(...values);
  return [low / room, high * room];
}

function figure(plot, width) {
  const height = 270, points = plot.curves.flatMap(curve => curve.points), levels = (plot.references || []).map(([level]) => level);
  const across = points.map(point => point.x), ups = points.flatMap(({y, error}) => [y - (error || 0), y + (error || 0)]).concat(levels);
  const x = scaleOf(plot.x, plot.x.log ? bound(across, 1.5) : extent(plot.x, across, .06), LEFT, width - RIGHT);
  const y = scaleOf(plot.y, plot.y.log ? bound(ups.filter(up => up > 0), 1.25) : extent(plot.y, ups, .08), height - BOTTOM, TOP);
  const svg = h('svg', {viewBox: `0 0 ${width} ${height}`, width, height, role: 'group', 'aria-label': plot.title});
  for (const level of plot.y.log ? marked(y) : axis(plot.y, y, 4)) svg.append(
    h('line', {x1: LEFT, x2: width - RIGHT, y1: y(level), y2: y(level), class: 'rule'}),
    h('text', {x: LEFT - 8, y: y(level) + 4, 'text-anchor': 'end'}, digits(level)));
  for (const level of plot.x.log ? marked(x) : axis(plot.x, x, 5)) svg.append(
    h('text', {x: x(level), y: height - BOTTOM + 16, 'text-anchor': 'middle'}, digits(level)));
  const logarithmic = ({log}) => (log ? ', logarithmic' : '');
  svg.append(h('text', {x: width - RIGHT, y: height - 5, 'text-anchor': 'end', class: 'axis'}, plot.x.label + logarithmic(plot.x)),
    h('text', {x: LEFT, y: 12, class: 'axis'}, plot.y.label + logarithmic(plot.y)));
  for (const [level, label] of plot.references || []) svg.append(
    h('line', {x1: LEFT, x2: width - RIGHT, y1: y(level), y2: y(level), class: 'reference'}),
    h('text', {x: width - RIGHT, y: y(level) - 5, 'text-anchor': 'end', class: 'axis'}, label));
  for (const curve of plot.curves) {
    svg.append(h('polyline', {points: line(curve.points.map(point => [point.x, point.y]), x, y), class: `run series-${curve.colour}`}));
    for (const point of curve.points) svg.append(...dot(plot, curve, point, x, y));
  }
  return h('figure', {class: 'chart'}, h('figcaption', {}, h('h4', {}, plot.title), plot.note ? h('p', {class: 'note'}, plot.note) : null),
    svg, numbers(plot));
}
// The values to label on a logarithmic axis: 1, 2 and 5 times the powers of ten, or the powers alone where these are many.
function marked({low, high}) {
  const all = [], first = Math.floor(Math.log10(low));
  for (let power = first; power <= Math.log10(high); power++) all.push(...[1, 2, 5].map(factor => factor * 10 ** power));
  const inside = all.filter(level => level >= low && level <= high), tens = inside.filter(level => Number.isInteger(Math.log10(level)));
  return inside.length > 6 && tens.length > 1 ? tens : inside;
}
function dot(plot, curve, point, x, y) {
  const colour = `series-${curve.colour}`, drawn = [];
  if (point.error && !(plot.y.log && point.y <= point.error)) drawn.push(
    h('line', {x1: x(point.x), x2: x(point.x), y1: y(point.y - point.error), y2: y(point.y + point.error), class: `error ${colour}`}));
  const pick = () => { choose(point.key); trigger('select', {key: point.key}); };
  const node = h('g', {class: `point ${colour}`, role: 'button', tabindex: 0, 'aria-label': point.text,
    onclick: pick,
    onfocus: () => read(point.key), onpointerenter: () => read(point.key), onpointerleave: () => read(chosen), onblur: () => read(chosen),
    onkeydown: event => {
      const step = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
      if (event.key === 'Enter' || event.key === ' ') pick();
      else if (step) marks.find(mark => mark.key === beside(plot, point.key, step) && mark.plot === plot).node.focus();
      else return;
      event.preventDefault();
    }}, h('circle', {cx: x(point.x), cy: y(point.y), r: 14, class: 'reach'}), h('circle', {cx: x(point.x), cy: y(point.y), r: 5, class: 'marker'}));
  marks.push({key: point.key, point, node, plot});
  return [...drawn, node];
}
function numbers(plot) {
  const row = (curve, point) => h('tr', {}, h('th', {scope: 'row'}, curve.name), h('td', {}, digits(point.x)), h('td', {}, digits(point.y)),
    h('td', {}, point.error ? `± ${digits(point.error)}` : ''));
  return h('details', {class: 'numbers'}, h('summary', {'aria-label': `Numbers of ${plot.title}`}, 'Numbers'),
    h('div', {class: 'scrolls', tabindex: 0, role: 'region', 'aria-label': `Numbers of ${plot.title}`}, h('table', {},
      h('thead', {}, h('tr', {}, ...['curve', plot.x.label, plot.y.label, ''].map(words => h('th', {scope: 'col'}, words)))),
      h('tbody', {}, plot.curves.flatMap(curve => curve.points.map(point => row(curve, point)))))));
}
function legend(plots) {
  const names = new Map(plots.flatMap(plot => plot.curves).map(curve => [curve.colour, curve.name.split(',')[0]]));
  return h('div', {class: 'legend'}, [...names].map(([colour, name]) => h('span', {}, h('i', {class: `series-${colour}`}), name)));
}
function draw() {
  const plots = value()?.plots ?? [];
  box.hidden = output.hidden = !plots.length;
  if (box.hidden) return;
  if (!box.clientWidth) return requestAnimationFrame(() => box.clientWidth && draw());
  const columns = box.clientWidth < 560 || plots.length < 2 ? 1 : 2, width = Math.floor((box.clientWidth - 26 * (columns - 1)) / columns);
  const focused = document.activeElement?.closest?.('.point') && marks.find(mark => mark.node === document.activeElement);
  marks = [];
  box.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
  box.replaceChildren(legend(plots), ...plots.map(plot => figure(plot, width)));
  choose(value().selected);
  if (focused) marks.find(mark => mark.key === focused.key && mark.plot.title === focused.plot.title)?.node.focus();
}
let drawnWidth = 0;
new ResizeObserver(() => { if (box.clientWidth && box.clientWidth !== drawnWidth) { drawnWidth = box.clientWidth; draw(); } }).observe(element);
