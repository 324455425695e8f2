const {signed} = modules.words;
const cells = element.querySelector('.cells'), [title, note] = element.querySelectorAll('figcaption span');
let selected = new Set();

function bars(latent) {
  latent.forEach((z, i) => {
    const cell = cells.children[i], size = Math.min(1, Math.abs(z) / 2.5) * 50;
    cell.firstElementChild.style.cssText = `height:${size}%;${z < 0 ? 'top:50%' : 'bottom:50%'}`;
    cell.title = `number ${i}: ${signed(z)}`;
    cell.setAttribute('aria-label', cell.title + ', sweep it');
  });
}
function draw() {
  const data = value();
  cells.parentElement.hidden = !data?.z;
  if (!data?.z) return;
  if (cells.children.length !== data.z.length) {
    cells.style.setProperty('--columns', Math.ceil(Math.sqrt(data.z.length)));
    cells.replaceChildren(...data.z.map((_, i) => h('button', {type: 'button', class: 'cell', onclick: event => {
      channel.emit('busy');
      trigger('select', {index: i, add: event.shiftKey || event.ctrlKey || event.metaKey});
    }}, h('i'))));
  }
  selected = new Set(data.selected || []);
  [...cells.children].forEach((cell, i) => cell.classList.toggle('selected', selected.has(i)));
  title.textContent = data.title || '';
  note.textContent = data.note || '';
  bars(data.z);
}
channel.on('frame', frame => { if (frame.z && cells.children.length === frame.z.length) bars(frame.z); });
