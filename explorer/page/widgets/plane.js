const {onKey} = window.explorer, {signed} = modules.words;
const section = element.firstElementChild, map = section.querySelector('.map'), image = map.querySelector('img'), canvas = section.querySelector('canvas');
const caption = section.querySelector('figcaption'), decoded = section.querySelector('input'), classes = section.querySelector('.classes');
let at = [0, 0], points = null;

function show(x, y) {
  const {side, reach} = value(), within = number => Math.max(-reach, Math.min(reach, number));
  at = [within(x), within(y)];
  const column = Math.round((at[0] + reach) / (2 * reach) * (side - 1)), row = Math.round((reach - at[1]) / (2 * reach) * (side - 1));
  canvas.getContext('2d').drawImage(image, column * 28, row * 28, 28, 28, 0, 0, 28, 28);
  const words = `the digit at (${signed(at[0])}, ${signed(at[1])})`;
  caption.textContent = words;
  canvas.setAttribute('aria-label', words);
  points?.querySelector('.here')?.setAttribute('transform', `translate(${at[0]} ${-at[1]})`);
}
function pointed(event) {
  const box = map.getBoundingClientRect(), {reach} = value();
  show((2 * (event.clientX - box.left) / box.width - 1) * reach, (1 - 2 * (event.clientY - box.top) / box.height) * reach);
}
function draw() {
  const data = value();
  section.hidden = !data;
  if (!data) return;
  section.querySelector('h3').textContent = data.title;
  section.querySelector('.strip-head span').textContent = data.note;
  image.src = data.src;
  map.setAttribute('aria-label', `${data.title}: ${data.points.length} digits as points. Arrows move the place whose digit is shown.`);
  const size = data.reach / 60;
  points = h('svg', {viewBox: `${-data.reach} ${-data.reach} ${2 * data.reach} ${2 * data.reach}`, 'aria-hidden': 'true'},
    data.points.map(([x, y, label]) => h('circle', {cx: x, cy: -y, r: size, class: `class-${label}`})),
    h('g', {class: 'here'}, h('circle', {cx: 0, cy: 0, r: 2.5 * size})));
  map.replaceChildren(image, points);
  classes.replaceChildren(...Array.from({length: 10}, (_, i) => h('span', {}, h('i', {class: `class-${i}`}), String(i))));
  image.decode().then(() => show(...at)).catch(() => {});
}
decoded.addEventListener('change', () => map.classList.toggle('decoded', decoded.checked));
map.addEventListener('pointerdown', event => { map.setPointerCapture(event.pointerId); pointed(event); });
map.addEventListener('pointermove', event => { if (event.pointerType === 'mouse' || event.buttons) pointed(event); });
onKey(map, key => {
  const step = value() && {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1]}[key];
  if (!step || document.activeElement !== map) return false;
  const width = 2 * value().reach / (value().side - 1);
  show(at[0] + step[0] * width, at[1] + step[1] * width);
  return true;
});
