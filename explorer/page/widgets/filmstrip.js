const {onKey, download} = window.explorer, {nearest} = modules.charts, {thumbnails} = modules.layout;
const strip = element.firstElementChild, THUMB = 64;
let index = 0, timer = null, forward = 1, range, label, toggle, thumbs;

function stop() { clearInterval(timer); timer = null; if (toggle) { toggle.textContent = 'Play'; } }
function play() {
  const frames = value()?.frames;
  if (!frames?.length) return;
  if (timer) return stop();
  forward = index >= frames.length - 1 ? -1 : 1;
  toggle.textContent = 'Pause';
  timer = setInterval(() => {
    if (!element.isConnected || !element.offsetParent) return stop();
    const next = index + forward;
    if (next < 0 || next >= frames.length) return stop();
    show(next);
  }, 90);
}
function show(next) {
  const frames = value()?.frames;
  if (!frames?.length) return;  // a new run has begun: the strip is empty, and a key or a timer may still reach it
  index = Math.max(0, Math.min(frames.length - 1, next));
  range.value = index;
  label.textContent = frames[index].label;
  range.setAttribute('aria-valuetext', frames[index].label);
  const own = [...thumbs.children], best = nearest(own.map(thumb => thumb.dataset.index), index);
  own.forEach((thumb, i) => thumb.classList.toggle('selected', i === best));
  channel.emit('frame', {...frames[index], index});
}
function choose(next) { stop(); show(next); if (value()?.pick) trigger('select', {index}); }
function list() {
  const data = value();
  thumbs.replaceChildren(...thumbnails(data.frames.length, strip.clientWidth).map(i => h('button', {
    type: 'button', class: 'thumb', 'data-index': i, title: data.frames[i].label, onclick: () => choose(i),
  }, h('img', {src: data.frames[i].src, alt: data.frames[i].alt, width: THUMB, height: THUMB}))));
}
function draw() {
  stop();
  const data = value();
  strip.hidden = !data || !data.frames || !data.frames.length;
  if (strip.hidden) return;
  toggle = h('button', {type: 'button', class: 'quiet play', onclick: play}, 'Play');
  range = h('input', {type: 'range', class: 'scrub', min: 0, max: data.frames.length - 1, step: 1, 'aria-label': data.title,
    oninput: event => { stop(); show(Number(event.target.value)); }});
  label = h('output', {});
  thumbs = h('div', {class: 'thumbs'});
  strip.replaceChildren(...[
    h('div', {class: 'strip-head'}, h('h3', {}, data.title), (data.pick || data.note) && h('span', {}, data.pick || data.note)),
    thumbs,
    h('div', {class: 'scrubber'}, toggle, range, label),
    data.film && h('div', {class: 'save'}, 'save as', ...['GIF', 'WebP', 'MP4'].map(format =>
      h('button', {type: 'button', class: 'link', onclick: () => trigger('download', {format: format.toLowerCase()})}, format))),
  ].filter(Boolean));
  list();
  show(data.selected ?? 0);
}
onKey(strip, key => {
  if (strip.hidden || !value()) return false;
  if (key === 'ArrowLeft' || key === 'ArrowRight') { stop(); show(index + (key === 'ArrowRight' ? 1 : -1)); return true; }
  if (key === ' ') { play(); return true; }
  return false;
});
channel.on('seek', ({step}) => {
  const frames = value()?.frames;
  if (!frames?.length) return;
  stop(); show(nearest(frames.map(frame => frame.step), step));
});
let width = 0;
new ResizeObserver(() => {
  if (thumbs && !strip.hidden && strip.clientWidth && strip.clientWidth !== width) { width = strip.clientWidth; list(); show(index); }
}).observe(strip);
watch('saved', () => { if (props.saved) download(props.saved.name, props.saved.content); });
