const {line, scale, spread, wholes} = modules.charts, {minus} = modules.words;
const [, said, plot, dials] = element.firstElementChild.children, HEIGHT = 210, LEFT = 10, RIGHT = 10, TOP = 12, BOTTOM = 38;
let now = null, busy = false, again = false;

function chart() {
  const width = plot.clientWidth;
  if (!now) return;
  if (!width) return requestAnimationFrame(() => plot.clientWidth && chart());
  const top = 1.05 * Math.max(...now.exact, ...now.gaussian);
  const x = scale(now.low, now.high, LEFT, width - RIGHT), y = scale(0, top, HEIGHT - BOTTOM, TOP);
  const curve = levels => line(spread(levels, now.low, now.high), x, y);
  const svg = h('svg', {viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: 'img', 'aria-label': said.textContent});
  svg.append(h('line', {x1: LEFT, x2: width - RIGHT, y1: HEIGHT - BOTTOM, y2: HEIGHT - BOTTOM, class: 'rule'}),
    h('line', {x1: x(now.x), x2: x(now.x), y1: TOP, y2: HEIGHT - BOTTOM, class: 'reference'}),
    h('text', {x: x(now.x), y: TOP - 2, 'text-anchor': 'middle', class: 'axis'}, 'x at t'),
    h('polyline', {points: curve(now.gaussian), class: 'normal'}), h('polyline', {points: curve(now.exact), class: 'run'}));
  for (const at of wholes(now.low, now.high)) svg.append(
    h('text', {x: x(at), y: HEIGHT - BOTTOM + 16, 'text-anchor': 'middle'}, minus(at)));
  svg.append(h('text', {x: LEFT, y: HEIGHT - 4, class: 'axis'}, 'x one step earlier: exact (line), Gaussian (dashed)'));
  plot.replaceChildren(svg);
}
const places = () => Object.fromEntries([...dials.querySelectorAll('input')].map(input => [input.name, Number(input.value)]));
async function ask() {
  if (busy) { again = true; return; }
  busy = true;
  const found = await server.look(places()).catch(() => null);
  busy = false;
  if (found) { now = found; tell(); chart(); } else said.textContent = 'The server did not answer. Move a slider to ask again.';
  if (again) { again = false; ask(); }
}
function tell() {
  said.replaceChildren(...now.said.split('*').map((part, i) => (i % 2 ? h('em', {}, part) : part)));
  for (const input of dials.querySelectorAll('input')) {
    if (input.name === 'step') input.max = now.t;
    input.nextElementSibling.textContent = minus(now[input.name]);
  }
}
function draw() {
  if (now || !value()) return;
  now = value();
  const dial = (name, label, low, high, step) => h('label', {}, h('span', {}, label),
    h('input', {type: 'range', class: 'scrub', name, min: low, max: high, step, value: now[name], oninput: ask}), h('output', {}));
  dials.replaceChildren(dial('step', 'size of the step back', 1, now.t, 1), dial('t', 'timestep t', 2, now.most, 1),
    dial('x', 'x at t', -2, 2, .05));
  tell();
  chart();
}
let known = 0;
new ResizeObserver(() => {
  if (plot.clientWidth && plot.clientWidth !== known) { known = plot.clientWidth; chart(); }
}).observe(element);
