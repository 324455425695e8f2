const {brushed} = modules.cells;
const [canvas, back] = element.firstElementChild.children, pen = canvas.getContext('2d'), picture = new Image();
let erased = [], brushing = false, drawnSource = null;
const side = () => value().side;

function paint() {
  const size = canvas.width / side();
  pen.imageSmoothingEnabled = false;
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  erased.forEach((isErased, i) => {
    if (!isErased) return;
    const column = i % side(), row = Math.floor(i / side());
    pen.fillStyle = (column + row) % 2 ? '#7d8fe8' : '#aab6f2';
    pen.fillRect(column * size, row * size, size, size);
  });
  back.hidden = !erased.some(Boolean);
}
function brush(event) {
  const box = canvas.getBoundingClientRect(), n = side();
  const x = (event.clientX - box.left) / box.width * n, y = (event.clientY - box.top) / box.height * n;
  erased = brushed(erased, n, x, y, n / 9);
  paint();
}
canvas.addEventListener('pointerdown', event => {
  event.preventDefault();
  canvas.setPointerCapture(event.pointerId);
  brushing = true;
  brush(event);
});
canvas.addEventListener('pointermove', event => { if (brushing) brush(event); });
const end = () => { if (brushing) { brushing = false; trigger('submit', {erased}); } };
canvas.addEventListener('pointerup', end);
canvas.addEventListener('pointercancel', end);
back.addEventListener('click', () => { erased = erased.map(() => 0); paint(); trigger('submit', {erased}); });
picture.addEventListener('load', paint);
function draw() {
  const data = value();
  if (!data || data.src === drawnSource) return;
  drawnSource = data.src;
  erased = data.erased ? [...data.erased] : Array(data.side * data.side).fill(0);
  canvas.setAttribute('aria-label', data.alt);
  picture.src = data.src;
}
