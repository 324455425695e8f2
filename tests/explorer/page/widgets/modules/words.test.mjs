import assert from 'node:assert/strict';
import {test} from 'node:test';

import * as words from '../../../../../explorer/page/widgets/modules/words.mjs';

test('numbers have a minus sign, not a hyphen', () => {
  assert.equal(words.minus(-2), '−2');
  assert.equal(words.minus(3), '3');
  assert.deepEqual([-1.234, 0, .5].map(words.signed), ['−1.23', '+0.00', '+0.50']);
});

test('a share below ten percent has a decimal', () => {
  assert.deepEqual([.0512, .1, .0999, 1].map(words.percent), ['5.1 %', '10 %', '10.0 %', '100 %']);
});

test('counts are short', () => {
  assert.deepEqual([999, 1000, 1499, 25600, 1e6, 1.25e6].map(words.short), ['999', '1 k', '1 k', '26 k', '1 M', '1.3 M']);
});

test('a number has three digits, or all before the point', () => {
  assert.deepEqual([0, .012345, 3.14159, 99.96, 1234.5].map(words.digits), ['0', '0.0123', '3.14', '100', '1235']);
});

test('places of cells count from one', () => {
  assert.equal(words.place(0, 7), 'row 1, column 1');
  assert.equal(words.place(24, 7), 'row 4, column 4');
});

test('a run says how far it is, and what is left where that is known', () => {
  assert.equal(words.progress({step: 3, steps: 10, left: '4 s'}), 'step 3 of 10, 4 s left');
  assert.equal(words.progress({step: 0, steps: 10, left: null}), 'step 0 of 10');
});

test('alternatives leave out the chosen code, and are three', () => {
  const near = [[4, .1], [7, .25], [1, .5], [9, .75], [2, 1]];
  assert.equal(words.alternatives(near, 7), '4 (0.10), 1 (0.50), 9 (0.75)');
  assert.equal(words.alternatives([], null), '');
});
