const {percent} = modules.words;
const box = element.firstElementChild, bars = box.querySelector('.bars');
function draw() {
  const data = value();
  box.hidden = !data;
  if (!data) return;
  box.querySelector('h3').textContent = data.title;
  if (data.chances) fill(data);
}
function fill({chances, drawn, place}) {
  box.querySelector('.strip-head span').textContent = place || '';
  const most = Math.max(...chances.map(([, share]) => share));
  bars.replaceChildren(...chances.map(([code, share]) => h('div', {class: `chance ${code === drawn ? 'selected' : ''}`},
    h('span', {}, String(code)), h('i', {style: `width:${100 * share / most}%`}),
    h('em', {}, percent(share)))));
}
channel.on('frame', frame => { if (frame.chances && !box.hidden) fill(frame); });
