// Every widget's script, between what it may use and what is done with the draw() that it defines.
const fixed = FIXED;
const {h, channelOf, reader} = window.explorer, channel = channelOf(fixed.channel), value = reader(() => props.value);

SCRIPT;

watch('value', draw);
draw();
