const {alternatives} = modules.words;
const tiles = element.querySelector('.tiles'), head = element.querySelector('h3'), caption = element.querySelector('.strip-head span');
const hint = element.querySelector('.hint');
let at = {cell: 0, code: null, nearest: [], place: ''}, drawnSheet = null;

const tile = count => `calc(var(--tile) * ${count})`;
function mark(scroll) {
  const ranks = new Map(at.nearest.map(([code], i) => [code, i]));
  for (const node of tiles.children) {
    const code = Number(node.dataset.code);
    node.classList.toggle('selected', code === at.code);
    node.classList.toggle('near', ranks.has(code) && code !== at.code);
  }
  const chosen = scroll && tiles.querySelector('.selected'), top = node => node.getBoundingClientRect().top;
  if (chosen) tiles.scrollTop += top(chosen) - top(tiles) - tiles.clientHeight / 2 + 30;
  const near = alternatives(at.nearest, at.code), text = `${at.place}: code ${at.code}` + (near && `, next nearest ${near}`);
  caption.textContent = at.code === null || at.code < 0 ? '' : text;
}
function draw() {
  const data = value();
  if (!data) return;
  if (drawnSheet !== data.sheet) {
    drawnSheet = data.sheet;
    const rows = Math.ceil(data.order.length / data.columns), most = Math.max(...(data.shares || [1]));
    element.style.setProperty('--sheet', `url(${data.sheet})`);
    tiles.replaceChildren(...data.order.map(code => {
      const share = data.shares ? data.shares[code] : null;
      const words = `code ${code}` + (share === null ? '' : `, in ${share.toFixed(2)} % of all cells`);
      return h('button', {type: 'button', class: 'tile', 'data-code': code, title: words, 'aria-label': words,
        onclick: () => channel.emit('put', {code})},
        h('i', {style: `background-position: ${tile(-(code % data.columns))} ${tile(-Math.floor(code / data.columns))};`
          + `background-size: ${tile(data.columns)} ${tile(rows)}`}),
        h('b', {style: `background:${data.colours[code]}`}),
        share !== null && h('u', {style: `width:${Math.max(share > 0 ? 4 : 0, 100 * Math.sqrt(share / most))}%`}));
    }));
  }
  head.textContent = `The codebook: ${data.order.length} codes`;
  hint.textContent = 'The codes from dark to bright. ' + (data.shares ? 'Bar: how often a code is used (square root). ' : '')
    + 'Dot: its colour in the map. Dashed: the codes that are nearest to the output of the encoder in the selected cell.';
  mark(false);
}
channel.on('cell', cell => { at = cell; element.firstElementChild.hidden = cell.mode !== 'edit'; mark(cell.scroll); });
