const {line, logarithmic, nearest, scale} = modules.charts, {digits, short} = modules.words;
const box = element.firstElementChild, HEIGHT = 110, LEFT = 44, RIGHT = 8, TOP = 22, BOTTOM = 20;
let marks = [], at = null;

function mark(images) {
  at = images;
  for (const {points, x, y, dot, reading, name} of marks) {
    const best = points[nearest(points.map(point => point[0]), images)];
    dot.setAttribute('cx', x(best[0]));
    dot.setAttribute('cy', y(best[1]));
    reading.textContent = `${name}: ${digits(best[1])}`;
  }
}
function chart({name, points}, most, width) {
  const levels = points.map(point => point[1]), low = Math.min(...levels), high = Math.max(...levels);
  const transform = logarithmic(levels) ? Math.log : level => level, top = transform(high), bottom = transform(low) === top ? top - 1 : transform(low);
  const x = scale(0, most, LEFT, width - RIGHT), up = scale(bottom, top, HEIGHT - BOTTOM, TOP), y = level => up(transform(level));
  const svg = h('svg', {viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: 'img', tabindex: -1,
    'aria-label': `${name} through training, from ${digits(points[0][1])} to ${digits(points.at(-1)[1])}`});
  for (const level of [low, high]) svg.append(
    h('line', {x1: LEFT, x2: width - RIGHT, y1: y(level), y2: y(level), class: 'rule'}),
    h('text', {x: LEFT - 6, y: y(level) + 4, 'text-anchor': 'end'}, digits(level)));
  const reading = h('text', {x: LEFT, y: 12, class: 'axis'}, name), dot = h('circle', {r: 4.5, class: 'marker'});
  svg.append(h('polyline', {points: line(points, x, y), class: 'run'}), dot, reading,
    h('text', {x: width - RIGHT, y: HEIGHT - 5, 'text-anchor': 'end', class: 'axis'}, `${short(most)} pictures seen`));
  if (logarithmic(levels)) svg.append(h('text', {x: LEFT, y: HEIGHT - 5, class: 'axis'}, 'logarithmic scale'));
  svg.addEventListener('click', event => {
    const images = scale(LEFT, width - RIGHT, 0, most)(event.clientX - svg.getBoundingClientRect().left);
    channel.emit('seek', {step: images});
    mark(images);
  });
  marks.push({points, x, y, dot, reading, name});
  return svg;
}
function draw() {
  const data = value();
  box.hidden = !data?.lines?.length;
  if (box.hidden) return;
  if (!box.clientWidth) return requestAnimationFrame(() => box.clientWidth && draw());
  const columns = box.clientWidth < 560 ? 1 : 2, width = Math.floor((box.clientWidth - 26 * (columns - 1)) / columns);
  marks = [];
  box.style.gridTemplateColumns = `repeat(${columns}, ${width}px)`;
  box.replaceChildren(...data.lines.map(line => chart(line, data.most, width)));
  mark(at ?? data.most);
}
channel.on('frame', frame => { if (frame.step !== undefined) mark(frame.step); });
let drawnWidth = 0;
new ResizeObserver(() => { if (box.clientWidth && box.clientWidth !== drawnWidth) { drawnWidth = box.clientWidth; draw(); } }).observe(element);
