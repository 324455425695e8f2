const {line, nearest, padded, scale, startsFarther, ticks} = modules.charts;
const box = element.firstElementChild, HEIGHT = 190, LEFT = 46, RIGHT = 12, TOP = 12, BOTTOM = 38;
let at = null, marker, reading, x, y;

function mark(step) {
  const points = value()?.points;
  if (!points?.length || !marker) return;
  const best = points[nearest(points.map(point => point[0]), step ?? points.at(-1)[0])];
  at = step;
  marker.setAttribute('cx', x(best[0]));
  marker.setAttribute('cy', y(best[1]));
  reading.textContent = best[2];
}
function draw() {
  const data = value(), width = box.clientWidth;
  box.hidden = !data?.points?.length;
  if (box.hidden) { at = null; return; }
  if (!width) return requestAnimationFrame(() => box.clientWidth && draw());
  const heights = data.points.map(point => point[1]).concat(data.reference ? [data.reference[0]] : []);
  const [low, high] = padded(heights, data.span || 1e-6), last = Math.max(data.most, 1);
  x = scale(0, last, LEFT, width - RIGHT);
  y = scale(low, high, HEIGHT - BOTTOM, TOP);
  const svg = h('svg', {viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: 'img', tabindex: -1,
    'aria-label': `${data.label}: ${data.points.at(-1)[2]}`});
  for (const level of ticks(low, high, 4)) svg.append(
    h('line', {x1: LEFT, x2: width - RIGHT, y1: y(level), y2: y(level), class: 'rule'}),
    h('text', {x: LEFT - 8, y: y(level) + 4, 'text-anchor': 'end'}, String(level)));
  for (const step of ticks(0, last, width < 500 ? 4 : 8)) svg.append(
    h('text', {x: x(step), y: HEIGHT - BOTTOM + 16, 'text-anchor': 'middle'}, String(step)));
  svg.append(h('text', {x: width - RIGHT, y: HEIGHT - 4, 'text-anchor': 'end', class: 'axis'}, data.across),
    h('text', {x: LEFT, y: HEIGHT - 4, class: 'axis'}, data.up));
  for (const tick of data.ticks || []) svg.append(
    h('line', {x1: x(tick), x2: x(tick), y1: HEIGHT - BOTTOM - 5, y2: HEIGHT - BOTTOM, class: 'tick'}));
  if (data.reference) {
    const [level, label] = data.reference, left = startsFarther(data.points, level);  // the label is at the end where the curve is farther away
    svg.append(h('line', {x1: LEFT, x2: width - RIGHT, y1: y(level), y2: y(level), class: 'reference'}),
      h('text', {x: left ? LEFT : width - RIGHT, y: y(level) - 5, 'text-anchor': left ? 'start' : 'end', class: 'axis'}, label));
  }
  svg.append(h('polyline', {points: line(data.points, x, y), class: 'run'}));
  marker = h('circle', {r: 5, class: 'marker'});
  svg.append(marker);
  svg.addEventListener('click', event => {
    channel.emit('seek', {step: scale(LEFT, width - RIGHT, 0, last)(event.clientX - svg.getBoundingClientRect().left)});
  });
  reading = h('output', {});
  box.replaceChildren(svg, h('div', {class: 'reading'}, reading));
  mark(at);
}
channel.on('frame', frame => { if (frame.step !== undefined) mark(frame.step); });
let drawnWidth = 0;
new ResizeObserver(() => { if (box.clientWidth && box.clientWidth !== drawnWidth) { drawnWidth = box.clientWidth; draw(); } }).observe(element);
