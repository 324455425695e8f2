// Every widget's script, between what it may use and what is done with the draw() that it defines.
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
