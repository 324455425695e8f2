const box = element.firstElementChild;
function draw() {
  const data = value();
  box.replaceChildren(...(data?.items || []).map((item, i) => h('button', {
    type: 'button', class: `example ${data.selected === i ? 'selected' : ''}`, title: item.alt,
    onclick: () => { channel.emit('busy'); trigger('select', {index: i}); },
  }, h('img', {src: item.src, alt: item.alt, class: item.sharp ? 'sharp' : ''}), h('span', {}, item.label))));
}
