const box = element.firstElementChild;
function draw() {
  const data = value();
  box.replaceChildren(...(data?.items || []).map((item, i) => h('button', {
    type: 'button', class: `example ${data.selected === i ? 'selected' : ''}`, title: item.alt,
    onclick: () => { channel.emit('busy'); trigger('select', {index: i}); },
  }, h('img', {src: item.src, alt: item.alt, class: item.sharp ? 'sharp' : ''}), h('span', {}, item.label))));
}
function hand(files) {
  const input = document.querySelector(`input[type=file]:has(+ ${props.button})`);
  if (!input || !box.offsetParent || !files?.length) return false;
  const carrier = new DataTransfer();
  carrier.items.add(files[0]);
  input.files = carrier.files;
  input.dispatchEvent(new Event('change', {bubbles: true}));
  return true;
}
const carries = event => [...(event.dataTransfer?.types || [])].includes('Files');
document.addEventListener('dragover', event => { if (carries(event) && box.offsetParent) event.preventDefault(); });
document.addEventListener('drop', event => { if (carries(event) && hand(event.dataTransfer.files)) event.preventDefault(); });
document.addEventListener('paste', event => { if (hand(event.clipboardData?.files)) event.preventDefault(); });
