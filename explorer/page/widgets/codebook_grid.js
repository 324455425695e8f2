const {alternatives} = modules.words;
const tiles = element.querySelector('.tiles'), head = element.querySelector('h3'), told = element.querySelector('.strip-head span');
const hint = element.querySelector('.hint');
let at = {cell: 0, code: null, nearest: [], place: ''}, known = null;

const tile = count => `calc(var(--tile) * ${count})`;
function mark(scroll) {
  const ranks = new Map(at.nearest.map(([code], i) => [code, i]));
  for (const node of tiles.children) {
    const code = Number(node.dataset.code);
    node.classList.toggle('selected', code === at.code);
    node.classList.toggle('near', ranks.has(code) && code !== at.code);
  }
  const found = scroll && tiles.querySelector('.selected'), top = node => node.getBoundingClientRect().top;
  if (found) tiles.scrollTop += top(found) - top(tiles) - tiles.clientHeight / 2 + 30;
  const near = alternatives(at.nearest, at.code), here = `${at.place}: code ${at.code}` + (near && `, next ${near}`);
  told.textContent = at.code === null || at.code < 0 ? '' : here;
}
function draw() {
  const now = value();
  if (!now) return;
  if (known !== now.sheet) {
    known = now.sheet;
    const rows = Math.ceil(now.order.length / now.columns), most = Math.max(...(now.shares || [1]));
    element.style.setProperty('--sheet', `url(${now.sheet})`);
    tiles.replaceChildren(...now.order.map(code => {
      const share = now.shares ? now.shares[code] : null;
      const words = `code ${code}` + (share === null ? '' : `, in ${share.toFixed(2)} % of all cells`);
      return h('button', {type: 'button', class: 'tile', 'data-code': code, title: words, 'aria-label': words,
        onclick: () => channel.emit('put', {code})},
        h('i', {style: `background-position: ${tile(-(code % now.columns))} ${tile(-Math.floor(code / now.columns))};`
          + `background-size: ${tile(now.columns)} ${tile(rows)}`}),
        h('b', {style: `background:${now.colours[code]}`}),
        share !== null && h('u', {style: `width:${Math.max(share > 0 ? 4 : 0, 100 * Math.sqrt(share / most))}%`}));
    }));
  }
  head.textContent = `The codebook: ${now.order.length} codes`;
  hint.textContent = (now.shares ? 'From dark to bright. The bar is how often a code is used (square root), ' : 'From dark to bright; ')
    + 'the dot its colour in the map; dashed: the nearest to what the encoder wanted in the chosen cell.';
  mark(false);
}
channel.on('cell', found => { at = found; element.firstElementChild.hidden = found.mode !== 'edit'; mark(found.asked); });
