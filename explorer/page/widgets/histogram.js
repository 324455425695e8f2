const {line, normalShare, scale, wholes} = modules.charts, {minus} = modules.words;
const box = element.firstElementChild, HEIGHT = 190, LEFT = 10, RIGHT = 10, TOP = 12, BOTTOM = 38;
let bars = [], top = 1;

function fill(counts) {
  counts.forEach((share, i) => {
    const height = (HEIGHT - TOP - BOTTOM) * Math.min(1, share / top);
    bars[i]?.setAttribute('y', HEIGHT - BOTTOM - height);
    bars[i]?.setAttribute('height', height);
  });
}
function draw() {
  const data = value(), width = box.clientWidth;
  box.hidden = !data;
  if (!data) return;
  if (!width) return requestAnimationFrame(() => box.clientWidth && draw());
  const count = data.counts.length, span = data.high - data.low, x = scale(data.low, data.high, LEFT, width - RIGHT);
  const normal = at => normalShare(at, span / count);
  top = 2.2 * normal(0);
  const svg = h('svg', {viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: 'img', 'aria-label': data.title});
  const wide = Math.max(1, (width - LEFT - RIGHT) / count - 1);
  bars = data.counts.map((_, i) => h('rect', {x: x(data.low + span * i / count) + .5, width: wide, class: 'bin'}));
  const places = [...Array(81).keys()].map(i => data.low + span * i / 80);
  const y = scale(0, top, HEIGHT - BOTTOM, TOP);
  svg.append(...bars, h('line', {x1: LEFT, x2: width - RIGHT, y1: HEIGHT - BOTTOM, y2: HEIGHT - BOTTOM, class: 'rule'}),
    h('polyline', {points: line(places.map(at => [at, normal(at)]), x, y), class: 'normal'}));
  for (const at of wholes(data.low, data.high)) svg.append(
    h('text', {x: x(at), y: HEIGHT - BOTTOM + 16, 'text-anchor': 'middle'}, minus(at)));
  svg.append(h('text', {x: LEFT, y: HEIGHT - 4, class: 'axis'}, data.title));
  box.replaceChildren(svg);
  fill(data.counts);
}
channel.on('frame', frame => { if (frame.counts && !box.hidden) fill(frame.counts); });
let drawnWidth = 0;
new ResizeObserver(() => { if (box.clientWidth && box.clientWidth !== drawnWidth) { drawnWidth = box.clientWidth; draw(); } }).observe(element);
