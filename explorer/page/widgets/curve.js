const box = element.firstElementChild, HEIGHT = 190, LEFT = 46, RIGHT = 12, TOP = 12, BOTTOM = 38;
let at = null, marker, reading, scale;

function ticks(low, high, count) {
  const raw = (high - low) / count, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map(x => x * power).find(x => x >= raw), found = [];
  for (let x = Math.ceil(low / step) * step; x <= high + 1e-9; x += step) found.push(Math.round(x * 1e6) / 1e6);
  return found;
}
function mark(step) {
  const points = value()?.points;
  if (!points?.length || !marker) return;
  const wanted = step ?? points.at(-1)[0], away = point => Math.abs(point[0] - wanted);
  const best = points.reduce((found, point) => (away(point) < away(found) ? point : found));
  at = step;
  marker.setAttribute('cx', scale.x(best[0]));
  marker.setAttribute('cy', scale.y(best[1]));
  reading.textContent = best[2];
}
function draw() {
  const now = value(), width = box.clientWidth;
  box.hidden = !now?.points?.length;
  if (box.hidden) { at = null; return; }
  if (!width) return requestAnimationFrame(() => box.clientWidth && draw());
  const heights = now.points.map(point => point[1]).concat(now.reference ? [now.reference[0]] : []);
  const least = Math.min(...heights), most = Math.max(...heights), room = Math.max(most - least, now.span || 1e-6) * 0.08;
  const low = least - room, high = most + room, last = Math.max(now.most, 1);
  const x = step => LEFT + (width - LEFT - RIGHT) * step / last;
  const y = level => TOP + (HEIGHT - TOP - BOTTOM) * (high - level) / (high - low);
  scale = {x, y};
  const svg = h('svg', {viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: 'img', tabindex: -1,
    'aria-label': `${now.label}: ${now.points.at(-1)[2]}`});
  for (const level of ticks(low, high, 4)) svg.append(
    h('line', {x1: LEFT, x2: width - RIGHT, y1: y(level), y2: y(level), class: 'rule'}),
    h('text', {x: LEFT - 8, y: y(level) + 4, 'text-anchor': 'end'}, String(level)));
  for (const step of ticks(0, last, width < 500 ? 4 : 8)) svg.append(
    h('text', {x: x(step), y: HEIGHT - BOTTOM + 16, 'text-anchor': 'middle'}, String(step)));
  svg.append(h('text', {x: width - RIGHT, y: HEIGHT - 4, 'text-anchor': 'end', class: 'axis'}, now.across),
    h('text', {x: LEFT, y: HEIGHT - 4, class: 'axis'}, now.up));
  for (const tick of now.ticks || []) svg.append(
    h('line', {x1: x(tick), x2: x(tick), y1: HEIGHT - BOTTOM - 5, y2: HEIGHT - BOTTOM, class: 'tick'}));
  if (now.reference) {
    const [level, label] = now.reference, away = point => Math.abs(point[1] - level);
    const left = away(now.points[0]) >= away(now.points.at(-1));  // the label stands where the curve is farther off
    svg.append(h('line', {x1: LEFT, x2: width - RIGHT, y1: y(level), y2: y(level), class: 'reference'}),
      h('text', {x: left ? LEFT : width - RIGHT, y: y(level) - 5, 'text-anchor': left ? 'start' : 'end', class: 'axis'}, label));
  }
  svg.append(h('polyline', {points: now.points.map(([step, level]) => `${x(step)},${y(level)}`).join(' '), class: 'run'}));
  marker = h('circle', {r: 5, class: 'marker'});
  svg.append(marker);
  svg.addEventListener('click', event => {
    const step = last * (event.clientX - svg.getBoundingClientRect().left - LEFT) / (width - LEFT - RIGHT);
    channel.emit('seek', {step});
  });
  reading = h('output', {});
  box.replaceChildren(svg, h('div', {class: 'reading'}, reading));
  mark(at);
}
channel.on('frame', frame => { if (frame.step !== undefined) mark(frame.step); });
let known = 0;
new ResizeObserver(() => { if (box.clientWidth && box.clientWidth !== known) { known = box.clientWidth; draw(); } }).observe(element);
