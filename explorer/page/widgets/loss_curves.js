const box = element.firstElementChild, HEIGHT = 110, LEFT = 44, RIGHT = 8, TOP = 22, BOTTOM = 20;
let marks = [], at = null;

const thousands = count => count >= 1000 ? `${Math.round(count / 1000)} k` : String(count);
const short = count => count >= 1e6 ? `${+(count / 1e6).toFixed(1)} M` : thousands(count);
const told = level => Math.abs(level) >= 100 ? level.toFixed(0) : Number(level.toPrecision(3)).toString();
function mark(images) {
  at = images;
  for (const {points, x, y, dot, reading, name} of marks) {
    const best = points.reduce((a, b) => (Math.abs(b[0] - images) < Math.abs(a[0] - images) ? b : a));
    dot.setAttribute('cx', x(best[0]));
    dot.setAttribute('cy', y(best[1]));
    reading.textContent = `${name}: ${told(best[1])}`;
  }
}
function chart({name, points}, most, width) {
  const levels = points.map(point => point[1]), low = Math.min(...levels), high = Math.max(...levels);
  const logarithmic = low > 0 && high > 20 * low, scale = logarithmic ? Math.log : level => level, span = scale(high) - scale(low) || 1;
  const x = images => LEFT + (width - LEFT - RIGHT) * images / most;
  const y = level => TOP + (HEIGHT - TOP - BOTTOM) * (scale(high) - scale(level)) / span;
  const svg = h('svg', {viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: 'img', tabindex: -1,
    'aria-label': `${name} through training, from ${told(points[0][1])} to ${told(points.at(-1)[1])}`});
  for (const level of [low, high]) svg.append(
    h('line', {x1: LEFT, x2: width - RIGHT, y1: y(level), y2: y(level), class: 'rule'}),
    h('text', {x: LEFT - 6, y: y(level) + 4, 'text-anchor': 'end'}, told(level)));
  const reading = h('text', {x: LEFT, y: 12, class: 'axis'}, name), dot = h('circle', {r: 4.5, class: 'marker'});
  svg.append(h('polyline', {points: points.map(([images, level]) => `${x(images)},${y(level)}`).join(' '), class: 'run'}), dot, reading,
    h('text', {x: width - RIGHT, y: HEIGHT - 5, 'text-anchor': 'end', class: 'axis'}, `${short(most)} pictures seen`));
  if (logarithmic) svg.append(h('text', {x: LEFT, y: HEIGHT - 5, class: 'axis'}, 'logarithmic scale'));
  svg.addEventListener('click', event => {
    const images = most * (event.clientX - svg.getBoundingClientRect().left - LEFT) / (width - LEFT - RIGHT);
    channel.emit('seek', {step: images});
    mark(images);
  });
  marks.push({points, x, y, dot, reading, name});
  return svg;
}
function draw() {
  const now = value();
  box.hidden = !now?.lines?.length;
  if (box.hidden) return;
  if (!box.clientWidth) return requestAnimationFrame(() => box.clientWidth && draw());
  const columns = box.clientWidth < 560 ? 1 : 2, width = Math.floor((box.clientWidth - 26 * (columns - 1)) / columns);
  marks = [];
  box.style.gridTemplateColumns = `repeat(${columns}, ${width}px)`;
  box.replaceChildren(...now.lines.map(line => chart(line, now.most, width)));
  mark(at ?? now.most);
}
channel.on('frame', frame => { if (frame.step !== undefined) mark(frame.step); });
let wide = 0;
new ResizeObserver(() => { if (box.clientWidth && box.clientWidth !== wide) { wide = box.clientWidth; draw(); } }).observe(element);
