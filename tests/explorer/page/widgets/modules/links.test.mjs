import assert from 'node:assert/strict';
import {test} from 'node:test';

import * as links from '../../../../../explorer/page/widgets/modules/links.mjs';

const pack = state => Buffer.from(JSON.stringify(state)).toString('base64url');
const unpack = query => JSON.parse(Buffer.from(query, 'base64url').toString());

test('a value of a link changes, the others stay', () => {
  const state = {tab: 'lab', runs: ['a', 'b'], step: 3, text: 'größer – ☃ ?>'};
  assert.deepEqual(unpack(links.changed(pack(state), 'step', 1200)), {...state, step: 1200});
});

test('a query has only characters of base64url, without padding', () => {
  for (const text of ['>>>', '???', 'a', 'ab', 'abc']) assert.match(links.changed(pack({text}), 'step', 1), /^[\w-]+$/);
});
