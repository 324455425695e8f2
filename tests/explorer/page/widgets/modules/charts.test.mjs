import assert from 'node:assert/strict';
import {test} from 'node:test';

import * as charts from '../../../../../explorer/page/widgets/modules/charts.mjs';

test('a scale takes its ends to the ends, and the middle to the middle', () => {
  const y = charts.scale(-1, 3, 200, 100);
  assert.deepEqual([-1, 3, 1, 5].map(y), [200, 100, 150, 50]);
});

test('ticks are multiples of 1, 2 or 5 times a power of ten', () => {
  assert.deepEqual(charts.ticks(0, 10, 4), [0, 5, 10]);
  assert.deepEqual(charts.ticks(0, 1000, 8), [0, 200, 400, 600, 800, 1000]);
  assert.deepEqual(charts.ticks(13.2, 14.1, 4), [13.5, 14]);
  assert.deepEqual(charts.ticks(0, .4, 4), [0, .1, .2, .3, .4]);
});

test('whole numbers lie between the ends', () => {
  assert.deepEqual(charts.wholes(-2.5, 2.5), [-2, -1, 0, 1, 2]);
  assert.deepEqual(charts.wholes(-3, 3).length, 7);
});

test('of two equally near numbers the first is the nearest', () => {
  assert.equal(charts.nearest([0, 4, 8, 12], 6), 1);
  assert.equal(charts.nearest([0, 4, 8, 12], 6.1), 2);
  assert.equal(charts.nearest([1000, 500, 0], 900), 0);
  assert.equal(charts.nearest(['0', '3', '6'], 5), 2);
  assert.equal(charts.nearest([], 5), -1);
});

test('a polyline is its points in pixels', () => {
  assert.equal(charts.line([[0, 1], [2, 3]], x => 10 * x, y => 100 - y), '0,99 20,97');
});

test('levels spread evenly from end to end', () => {
  assert.deepEqual(charts.spread([5, 6, 7], -2, 2), [[-2, 5], [0, 6], [2, 7]]);
});

test('an axis leaves 8 % free, and is never flatter than it may be', () => {
  assert.deepEqual(charts.padded([10, 20, 15], 1), [9.2, 20.8]);
  assert.deepEqual(charts.padded([10, 10], 100), [2, 18]);
});

test('only positive levels that differ more than twentyfold need a logarithmic scale', () => {
  assert.equal(charts.logarithmic([1, 20]), false);
  assert.equal(charts.logarithmic([1, 20.5]), true);
  assert.equal(charts.logarithmic([0, 100]), false);
  assert.equal(charts.logarithmic([-1, 100]), false);
});

test('the bins of a normal density sum to a hundred percent', () => {
  assert.ok(Math.abs(charts.normalShare(0, .1) - 3.98942) < 1e-5);  // 100 * .1 / sqrt(2 pi)
  const bins = [...Array(80).keys()].map(i => charts.normalShare(-3.95 + .1 * i, .1));
  assert.ok(Math.abs(bins.reduce((a, b) => a + b) - 99.9937) < 1e-3);  // the normal table: 1 - 2 * 3.17e-5 lies within 4
});

test('a label stands where the curve is farther off', () => {
  assert.equal(charts.startsFarther([[0, 10], [1, 28]], 30), true);
  assert.equal(charts.startsFarther([[0, 28], [1, 10]], 30), false);
  assert.equal(charts.startsFarther([[0, 10], [1, 10]], 30), true);
});

test('the ends of an axis are its range, or follow from its values', () => {
  assert.deepEqual(charts.extent({range: [0, 5]}, [1, 2], .1), [0, 5]);
  assert.deepEqual(charts.extent({}, [10, 20], .1), [9, 21]);
  assert.deepEqual(charts.extent({least: 100}, [10, 20], .1), [0, 30]);
  assert.deepEqual(charts.extent({}, [10, 20], 0), [0, 20]);
  assert.deepEqual(charts.extent({log: true}, [10, 20], .1), [10, 20]);
  assert.deepEqual(charts.extent({log: true}, [4, 4], 0), [2, 8]);
});

test('a scale of an axis and its inverse', () => {
  const linear = charts.scaleOf({}, [0, 10], 100, 200), log = charts.scaleOf({log: true}, [1, 100], 0, 200);
  assert.deepEqual([0, 5, 10].map(linear), [100, 150, 200]);
  assert.equal(linear.inverse(150), 5);
  assert.ok(Math.abs(log(10) - 100) < 1e-9 && Math.abs(log.inverse(100) - 10) < 1e-9);
});

test('a logarithmic axis is labelled at powers of ten, a short one at its ends', () => {
  assert.deepEqual(charts.axis({log: true}, {low: .5, high: 200}, 4), [1, 10, 100]);
  assert.deepEqual(charts.axis({log: true}, {low: 2, high: 8}, 4), [2, 8]);
  assert.deepEqual(charts.axis({}, {low: 0, high: 10}, 4), [0, 5, 10]);
});

test('series of different x are rows of one table, and CSV', () => {
  const series = [{name: 'a', points: [[0, 1], [2, 3]]}, {name: 'b, "c"', points: [[1, 5], [2, .5]]}];
  assert.deepEqual(charts.merged(series), [[0, 1, null], [1, null, 5], [2, 3, .5]]);
  assert.equal(charts.csv({x: {label: 'step'}, series}), 'step,a,"b, ""c"""\r\n0,1,\r\n1,,5\r\n2,3,0.5\r\n');
});
