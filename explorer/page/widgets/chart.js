const {axis, csv, extent, line, merged, nearest, scaleOf, startsFarther} = modules.charts, {digits, short} = modules.words;
const {download} = window.explorer;
const box = element.firstElementChild, LEFT = 52, RIGHT = 14, TOP = 22, BOTTOM = 40;
const chosen = new Map();  // for each panel's title, the names of the series that the visitor has selected
let drawn = [], at = null, sent = null;

const visible = panel => {
  const names = chosen.get(panel.title);
  const shown = panel.series.filter(series => (names ? names.has(series.name) : !series.hidden));
  return shown.length ? shown : panel.series.slice(0, 1);
};
const number = value => (Math.abs(value) >= 10_000 ? short(value) : digits(value));

// What the chart says of a place on its x axis: the values of the series there, or their own texts.
function reading(panel, shown, x) {
  const parts = shown.map(series => {
    const i = nearest(series.points.map(point => point[0]), x);
    return series.texts ? series.texts[i] : `${shown.length > 1 ? `${series.name} ` : ''}${digits(series.points[i][1])}`;
  });
  if (shown.some(series => series.texts)) return parts.join('; ');
  const series = shown[0], across = series.points[nearest(series.points.map(point => point[0]), x)][0];
  return `${parts.join(', ')} at ${number(across)} ${panel.x.label}`;
}
function mark(x) {
  at = x;
  for (const chart of drawn) chart.mark(x);
}

function figure(panel, width) {
  const height = panel.wide ? 230 : 170, shown = visible(panel), {svg, x, y, colour} = plot(panel, shown, width, height);
  const output = h('output', {}), tip = h('img', {class: 'tip', alt: '', hidden: true});
  const dots = shown.map(series => svg.appendChild(h('circle', {r: 4.5, class: `marker ${colour(series)}`})));
  const place = target => shown.forEach((series, i) => {
    const point = series.points[nearest(series.points.map(each => each[0]), target)];
    dots[i].setAttribute('cx', x(point[0]));
    dots[i].setAttribute('cy', y(point[1]));
  });
  const mark = target => {
    const where = target ?? panel.ships ?? Math.max(...shown.map(series => series.points.at(-1)[0]));
    place(where);
    output.textContent = reading(panel, shown, where);
    tip.hidden = true;
  };
  const pointed = event => x.inverse(event.clientX - svg.getBoundingClientRect().left);
  svg.addEventListener('click', event => { channel.emit('seek', {step: pointed(event)}); mark(pointed(event)); });
  svg.addEventListener('pointermove', event => {
    place(pointed(event));
    output.textContent = reading(panel, shown, pointed(event));
    const series = shown.find(each => each.pictures), i = series && nearest(series.points.map(point => point[0]), pointed(event));
    tip.hidden = !series?.pictures[i];
    if (!tip.hidden) tip.src = series.pictures[i];
  });
  svg.addEventListener('pointerleave', () => mark(at));
  const node = h('figure', {class: panel.wide ? 'chart wide' : 'chart'},
    h('figcaption', {}, h('h4', {}, panel.title), panel.note ? h('p', {class: 'note'}, panel.note) : null, legend(panel, shown, colour)), svg,
    h('div', {class: 'reading'}, output, tip), foot(panel, svg));
  drawn.push({mark});
  mark(at);
  return node;
}

// The drawing. A series has the colour of its place among all series of the panel.
function plot(panel, shown, width, height) {
  const colour = series => `series-${panel.series.indexOf(series) % 6}`, points = shown.flatMap(series => series.points);
  const ups = shown.flatMap(({points, errors}) => points.flatMap(([, up], i) => (errors ? [up - errors[i], up + errors[i]] : [up])));
  const levels = (panel.references || []).map(([level]) => level);
  const x = scaleOf(panel.x, extent(panel.x, points.map(point => point[0]), 0), LEFT, width - RIGHT);
  const y = scaleOf(panel.y, extent(panel.y, ups.concat(levels), .08), height - BOTTOM, TOP);
  const spoken = panel.description ?? shown.map(({name, points}) => `${name} from ${digits(points[0][1])} to ${digits(points.at(-1)[1])}`).join('; ');
  const svg = h('svg', {viewBox: `0 0 ${width} ${height}`, width, height, role: 'img', tabindex: -1, 'aria-label': `${panel.title}: ${spoken}`});
  for (const level of axis(panel.y, y, 4)) svg.append(
    h('line', {x1: LEFT, x2: width - RIGHT, y1: y(level), y2: y(level), class: 'rule'}),
    h('text', {x: LEFT - 8, y: y(level) + 4, 'text-anchor': 'end'}, number(level)));
  for (const level of axis(panel.x, x, width < 420 ? 3 : 6)) svg.append(
    h('text', {x: x(level), y: height - BOTTOM + 16, 'text-anchor': 'middle'}, number(level)));
  const scaled = panel.y.log ? ', logarithmic' : '';
  svg.append(h('text', {x: width - RIGHT, y: height - 5, 'text-anchor': 'end', class: 'axis'}, panel.x.label),
    h('text', {x: LEFT, y: 12, class: 'axis'}, `${panel.y.label}${scaled}`));
  for (const tick of panel.marks || []) svg.append(
    h('line', {x1: x(tick), x2: x(tick), y1: height - BOTTOM - 5, y2: height - BOTTOM, class: 'tick'}));
  if (panel.ships !== undefined) svg.append(
    h('line', {x1: x(panel.ships), x2: x(panel.ships), y1: TOP, y2: height - BOTTOM, class: 'reference'}),
    h('text', {x: x(panel.ships) + (x(panel.ships) > width / 2 ? -5 : 5), y: TOP + 10, 'text-anchor': x(panel.ships) > width / 2 ? 'end' : 'start', class: 'axis'}, 'ships'));
  for (const [level, label] of panel.references || []) {
    const left = startsFarther(shown[0].points, level);  // the label is at the end where the curve is farther away
    svg.append(h('line', {x1: LEFT, x2: width - RIGHT, y1: y(level), y2: y(level), class: 'reference'}),
      h('text', {x: left ? LEFT : width - RIGHT, y: y(level) - 5, 'text-anchor': left ? 'start' : 'end', class: 'axis'}, label));
  }
  for (const series of shown) {
    svg.append(h('polyline', {points: line(series.points, x, y), class: `run ${colour(series)}`}));
    for (const [i, [across, up]] of series.errors ? series.points.entries() : []) svg.append(
      h('line', {x1: x(across), x2: x(across), y1: y(up - series.errors[i]), y2: y(up + series.errors[i]), class: `error ${colour(series)}`}));
  }
  return {svg, x, y, colour};
}

// The names of the series; where there are several, each is a button that shows or hides its series.
function legend(panel, shown, colour) {
  if (panel.series.length < 2) return null;
  return h('div', {class: 'legend', role: 'group', 'aria-label': `curves of ${panel.title}`}, panel.series.map(series => h('button', {
    type: 'button', 'aria-pressed': String(shown.includes(series)), onclick: () => {
      const names = new Set(shown.map(each => each.name));
      if (!names.delete(series.name)) names.add(series.name);
      chosen.set(panel.title, names);
      draw();
    }}, h('i', {class: colour(series)}), series.name)));
}
function foot(panel, svg) {
  const name = `${fixed.channel}-${panel.title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
  const saved = (words, file, make) => h('button', {type: 'button', class: 'link', 'aria-label': `${words} of ${panel.title}`, onclick: () => download(file, make())}, words);
  const numbers = h('details', {class: 'numbers', ontoggle: event => {
    if (event.target.open && event.target.children.length === 1) event.target.append(table(panel));
  }}, h('summary', {'aria-label': `Numbers of ${panel.title}`}, 'Numbers'));
  return h('div', {class: 'chart-foot'}, numbers,
    saved('CSV', `${name}.csv`, () => `data:text/csv;charset=utf-8,${encodeURIComponent(csv(panel))}`),
    saved('SVG', `${name}.svg`, () => `data:image/svg+xml;charset=utf-8,${encodeURIComponent(standalone(svg))}`));
}
function table(panel) {
  const rows = merged(panel.series);
  return h('div', {class: 'scrolls', tabindex: 0, role: 'region', 'aria-label': `Numbers of ${panel.title}`}, h('table', {},
    h('thead', {}, h('tr', {}, h('th', {scope: 'col'}, panel.x.label), panel.series.map(series => h('th', {scope: 'col'}, series.name)))),
    h('tbody', {}, rows.map(([across, ...values]) => h('tr', {}, h('th', {scope: 'row'}, String(across)),
      values.map(value => h('td', {}, value === null ? '' : digits(value))))))));
}
// The drawing with its look written into it, because a file has no stylesheet.
function standalone(svg) {
  const copy = svg.cloneNode(true), nodes = [svg, ...svg.querySelectorAll('*')], copies = [copy, ...copy.querySelectorAll('*')];
  nodes.forEach((node, i) => {
    const style = getComputedStyle(node);
    for (const name of ['fill', 'stroke', 'stroke-width', 'stroke-dasharray', 'font-family', 'font-size']) copies[i].style.setProperty(name, style.getPropertyValue(name));
  });
  copy.style.background = getComputedStyle(document.body).backgroundColor;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  return new XMLSerializer().serializeToString(copy);
}

function draw() {
  const panels = (sent ?? value())?.panels.filter(panel => panel.series.some(series => series.points.length)) ?? [];
  box.hidden = !panels.length;
  if (box.hidden) { at = null; return; }
  if (!box.clientWidth) return requestAnimationFrame(() => box.clientWidth && draw());
  const columns = box.clientWidth < 500 || panels.length < 2 ? 1 : 2, narrow = Math.floor((box.clientWidth - 26 * (columns - 1)) / columns);
  drawn = [];
  box.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
  box.replaceChildren(...panels.map(panel => figure(panel, panel.wide ? box.clientWidth : narrow)));
}
// Charts that another widget sends, in place of the value, and again when they have grown. A table that is being read stays as it is.
channel.on('charts', charts => { sent = charts; if (!box.querySelector('details[open]')) draw(); });
channel.on('frame', frame => { if (frame.step !== undefined) mark(frame.step); });
let drawnWidth = 0;
new ResizeObserver(() => { if (box.clientWidth && box.clientWidth !== drawnWidth) { drawnWidth = box.clientWidth; draw(); } }).observe(element);
