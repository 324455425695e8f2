const {line, scale, spread, wholes} = modules.charts, {minus} = modules.words;
const [, sentence, plot, dials] = element.firstElementChild.children, HEIGHT = 210, LEFT = 10, RIGHT = 10, TOP = 12, BOTTOM = 38;
let data = null, busy = false, pending = false;

function chart() {
  const width = plot.clientWidth;
  if (!data) return;
  if (!width) return requestAnimationFrame(() => plot.clientWidth && chart());
  const top = 1.05 * Math.max(...data.exact, ...data.gaussian);
  const x = scale(data.low, data.high, LEFT, width - RIGHT), y = scale(0, top, HEIGHT - BOTTOM, TOP);
  const curve = levels => line(spread(levels, data.low, data.high), x, y);
  const svg = h('svg', {viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: 'img', 'aria-label': sentence.textContent});
  svg.append(h('line', {x1: LEFT, x2: width - RIGHT, y1: HEIGHT - BOTTOM, y2: HEIGHT - BOTTOM, class: 'rule'}),
    h('line', {x1: x(data.x), x2: x(data.x), y1: TOP, y2: HEIGHT - BOTTOM, class: 'reference'}),
    h('text', {x: x(data.x), y: TOP - 2, 'text-anchor': 'middle', class: 'axis'}, 'x at t'),
    h('polyline', {points: curve(data.gaussian), class: 'normal'}), h('polyline', {points: curve(data.exact), class: 'run'}));
  for (const at of wholes(data.low, data.high)) svg.append(
    h('text', {x: x(at), y: HEIGHT - BOTTOM + 16, 'text-anchor': 'middle'}, minus(at)));
  svg.append(h('text', {x: LEFT, y: HEIGHT - 4, class: 'axis'}, 'x one step earlier: exact (line), Gaussian (dashed)'));
  plot.replaceChildren(svg);
}
const settings = () => Object.fromEntries([...dials.querySelectorAll('input')].map(input => [input.name, Number(input.value)]));
async function update() {
  if (busy) { pending = true; return; }
  busy = true;
  const answer = await server.look(settings()).catch(() => null);
  busy = false;
  if (answer) { data = answer; describe(); chart(); } else sentence.textContent = 'The server did not answer. Move a slider to ask again.';
  if (pending) { pending = false; update(); }
}
function describe() {
  sentence.replaceChildren(...data.sentence.split('*').map((part, i) => (i % 2 ? h('em', {}, part) : part)));
  for (const input of dials.querySelectorAll('input')) {
    if (input.name === 'step') input.max = data.t;
    input.nextElementSibling.textContent = minus(data[input.name]);
  }
}
function draw() {
  if (data || !value()) return;
  data = value();
  const dial = (name, label, low, high, step) => h('label', {}, h('span', {}, label),
    h('input', {type: 'range', class: 'scrub', name, min: low, max: high, step, value: data[name], oninput: update}), h('output', {}));
  dials.replaceChildren(dial('step', 'size of the step back', 1, data.t, 1), dial('t', 'timestep t', 2, data.most, 1),
    dial('x', 'x at t', -2, 2, .05));
  describe();
  chart();
}
let drawnWidth = 0;
new ResizeObserver(() => {
  if (plot.clientWidth && plot.clientWidth !== drawnWidth) { drawnWidth = plot.clientWidth; chart(); }
}).observe(element);
