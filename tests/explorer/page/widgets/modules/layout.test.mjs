import assert from 'node:assert/strict';
import {test} from 'node:test';

import {grid, thumbnails, wholeMultiple} from '../../../../../explorer/page/widgets/modules/layout.mjs';

test('a picture is shown at a whole multiple of its own pixels, in screen pixels', () => {
  assert.equal(wholeMultiple(64, 384, 1), 384);
  assert.equal(wholeMultiple(64, 383, 1), 320);
  assert.equal(wholeMultiple(64, 383, 2), 352);  // 766 screen pixels hold 11 x 64 = 704
  assert.equal(wholeMultiple(28, 20, 1), 28);  // never below its own
});

test('sixteen or twelve pictures stand in four columns, each a whole multiple', () => {
  // At most 6 columns; 4 divide 16; (600 - 24) / 4 = 144 hold 2 x 64.
  assert.deepEqual(grid(16, 64, 600, 1), {columns: 4, shown: 128, shrunk: false});
  // At most 5 columns; 4 divide 12; (800 - 24) / 4 = 194 hold 6 x 32.
  assert.deepEqual(grid(12, 32, 800, 1), {columns: 4, shown: 192, shrunk: false});
});

test('a prime number of pictures keeps as many columns as fit', () => {
  assert.equal(grid(7, 32, 800, 1).columns, 4);
});

test('few pictures are at most 360 pixels wide', () => {
  assert.deepEqual(grid(1, 64, 900, 1), {columns: 1, shown: 320, shrunk: false});
});

test('on a phone there are at most four columns, and a picture too large for its place is shrunk', () => {
  assert.deepEqual(grid(64, 96, 350, 1), {columns: 4, shown: 81, shrunk: true});  // (350 - 24) / 4 = 81.5
  assert.deepEqual(grid(64, 96, 350, 3), {columns: 4, shown: 64, shrunk: false});  // 244 screen pixels hold 2 x 96
});

test('all frames that fit have a thumbnail, else evenly spaced ones from the first to the last', () => {
  assert.deepEqual(thumbnails(3, 640), [0, 1, 2]);
  assert.deepEqual(thumbnails(17, 640), [0, 2, 4, 6, 8, 10, 12, 14, 16]);  // 648 / 72 = 9
  assert.equal(thumbnails(60, 350).length, 8);  // two rows of floor(358 / 72) = 4
  assert.equal(thumbnails(60, 350).at(-1), 59);
  assert.equal(thumbnails(1, 0).length, 1);
});
