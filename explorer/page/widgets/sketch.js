const canvas = element.querySelector('canvas'), pen = canvas.getContext('2d', {willReadFrequently: true}), SIDE = 56;
let last = null;
const clear = () => { pen.fillStyle = '#000'; pen.fillRect(0, 0, canvas.width, canvas.height); };
const at = event => {
  const box = canvas.getBoundingClientRect();
  return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height];
};
function line(to) {
  pen.strokeStyle = '#fff'; pen.lineWidth = 20; pen.lineCap = pen.lineJoin = 'round';
  pen.beginPath(); pen.moveTo(...last); pen.lineTo(...to); pen.stroke();
  last = to;
}
canvas.addEventListener('pointerdown', event => {
  event.preventDefault();
  canvas.setPointerCapture(event.pointerId);
  last = at(event);
  line(last);
});
canvas.addEventListener('pointermove', event => { if (last) line(at(event)); });
const end = () => {
  if (!last) return;
  last = null;
  const small = document.createElement('canvas');
  small.width = small.height = SIDE;
  const ground = small.getContext('2d');
  ground.drawImage(canvas, 0, 0, SIDE, SIDE);
  const data = ground.getImageData(0, 0, SIDE, SIDE).data;
  channel.emit('busy');
  trigger('submit', {ink: Array.from({length: SIDE * SIDE}, (_, i) => data[4 * i])});
};
canvas.addEventListener('pointerup', end);
canvas.addEventListener('pointercancel', end);
element.querySelector('button').addEventListener('click', clear);
const draw = () => {};
clear();
