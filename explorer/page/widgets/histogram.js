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
  const now = value(), width = box.clientWidth;
  box.hidden = !now;
  if (!now) return;
  if (!width) return requestAnimationFrame(() => box.clientWidth && draw());
  const count = now.counts.length, span = now.high - now.low, x = scale(now.low, now.high, LEFT, width - RIGHT);
  const normal = at => normalShare(at, span / count);
  top = 2.2 * normal(0);
  const svg = h('svg', {viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: 'img', 'aria-label': now.title});
  const wide = Math.max(1, (width - LEFT - RIGHT) / count - 1);
  bars = now.counts.map((_, i) => h('rect', {x: x(now.low + span * i / count) + .5, width: wide, class: 'bin'}));
  const places = [...Array(81).keys()].map(i => now.low + span * i / 80);
  const y = scale(0, top, HEIGHT - BOTTOM, TOP);
  svg.append(...bars, h('line', {x1: LEFT, x2: width - RIGHT, y1: HEIGHT - BOTTOM, y2: HEIGHT - BOTTOM, class: 'rule'}),
    h('polyline', {points: line(places.map(at => [at, normal(at)]), x, y), class: 'normal'}));
  for (const at of wholes(now.low, now.high)) svg.append(
    h('text', {x: x(at), y: HEIGHT - BOTTOM + 16, 'text-anchor': 'middle'}, minus(at)));
  svg.append(h('text', {x: LEFT, y: HEIGHT - 4, class: 'axis'}, now.title));
  box.replaceChildren(svg);
  fill(now.counts);
}
channel.on('frame', frame => { if (frame.counts && !box.hidden) fill(frame.counts); });
let known = 0;
new ResizeObserver(() => { if (box.clientWidth && box.clientWidth !== known) { known = box.clientWidth; draw(); } }).observe(element);
