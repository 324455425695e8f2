import assert from 'node:assert/strict';
import {test} from 'node:test';

import {brushed, dark, neighbour, rows} from '../../../../../explorer/page/widgets/modules/cells.mjs';

test('a map is cut into its rows', () => {
  assert.deepEqual(rows([1, 2, 3, 4, 5, 6, 7, 8, 9], 3), [[1, 2, 3], [4, 5, 6], [7, 8, 9]]);
});

test('arrows move from cell to cell and stop at the edges', () => {
  assert.deepEqual(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'].map(key => neighbour(4, key, 3)), [3, 5, 1, 7]);
  assert.deepEqual(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'].map(key => neighbour(0, key, 3)), [0, 1, 0, 3]);
  assert.deepEqual(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown'].map(key => neighbour(8, key, 3)), [7, 8, 5, 8]);
  assert.equal(neighbour(3, 'ArrowLeft', 3), 3);  // not to the end of the row above
  assert.equal(neighbour(4, 'Enter', 3), null);
});

test('a brush takes the cells whose middles it reaches', () => {
  const nothing = Array(9).fill(0);
  assert.deepEqual(brushed(nothing, 3, 1.5, 1.5, .4), [0, 0, 0, 0, 1, 0, 0, 0, 0]);
  assert.deepEqual(brushed(nothing, 3, 1.5, 1.5, 1), [0, 1, 0, 1, 1, 1, 0, 1, 0]);  // the corners are 1.41 away
  assert.deepEqual(brushed([1, 0, 0, 0, 0, 0, 0, 0, 0], 3, 2.5, 2.5, 0), [1, 0, 0, 0, 0, 0, 0, 0, 1]);
  assert.deepEqual(nothing, Array(9).fill(0));
});

test('white is legible on dark colours only', () => {
  assert.deepEqual(['#000000', '#ffffff', '#0000ff', '#00ff00', '#7f7f7f', '#818181'].map(dark), [true, false, true, false, true, false]);
});
