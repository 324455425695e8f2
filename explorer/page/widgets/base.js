// The frame of every widget: defines the variables that NAME.js can use, runs NAME.js, and calls its function draw().
(async () => {
const modules = await window.explorer.ready;
const fixed = FIXED, {h, channelOf} = window.explorer, channel = channelOf(fixed.channel), value = modules.values.reader(() => props.value);

SCRIPT;

watch('value', () => {
  draw();
  if (value()) channel.emit('drawn');
});
draw();
})();
