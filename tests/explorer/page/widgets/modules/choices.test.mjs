import assert from 'node:assert/strict';
import {test} from 'node:test';

import {coloursAndShapes, randomSeed, rolled, toggled} from '../../../../../explorer/page/widgets/modules/choices.mjs';

test('a second click takes a choice back', () => {
  assert.deepEqual(toggled(['red cube'], 'blue sphere'), ['red cube', 'blue sphere']);
  assert.deepEqual(toggled(['red cube', 'blue sphere'], 'red cube'), ['blue sphere']);
});

test('colours and shapes keep their order, and each comes once', () => {
  assert.deepEqual(coloursAndShapes(['gray cube', 'red cube', 'gray sphere', 'red sphere']),
    {colours: ['gray', 'red'], shapes: ['cube', 'sphere']});
});

test('seeds are whole numbers below a hundred thousand', () => {
  assert.equal(randomSeed(() => 0), 0);
  assert.equal(randomSeed(() => .999999999), 99999);
});

test('a locked slot keeps its seed', () => {
  assert.deepEqual(rolled(['a', 'b'], {a: true, b: false}, () => .5), {b: 50000});
  assert.deepEqual(rolled(['a'], {a: true, b: false}, () => .5), {});
});
