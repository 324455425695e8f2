const {brushed} = modules.cells;
const [canvas, back] = element.firstElementChild.children, pen = canvas.getContext('2d'), picture = new Image();
let erased = [], brushing = false, known = null;
const side = () => value().side;

function paint() {
  const size = canvas.width / side();
  pen.imageSmoothingEnabled = false;
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  erased.forEach((gone, i) => {
    if (!gone) return;
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
  const now = value();
  if (!now || now.src === known) return;
  known = now.src;
  erased = now.erased ? [...now.erased] : Array(now.side * now.side).fill(0);
  canvas.setAttribute('aria-label', now.alt);
  picture.src = now.src;
}
