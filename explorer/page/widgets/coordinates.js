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
  const now = value();
  cells.parentElement.hidden = !now?.z;
  if (!now?.z) return;
  if (cells.children.length !== now.z.length) {
    cells.style.setProperty('--columns', Math.ceil(Math.sqrt(now.z.length)));
    cells.replaceChildren(...now.z.map((_, i) => h('button', {type: 'button', class: 'cell', onclick: event => {
      channel.emit('busy');
      trigger('select', {index: i, add: event.shiftKey || event.ctrlKey || event.metaKey});
    }}, h('i'))));
  }
  selected = new Set(now.selected || []);
  [...cells.children].forEach((cell, i) => cell.classList.toggle('selected', selected.has(i)));
  title.textContent = now.title || '';
  note.textContent = now.note || '';
  bars(now.z);
}
channel.on('frame', frame => { if (frame.z && cells.children.length === frame.z.length) bars(frame.z); });
