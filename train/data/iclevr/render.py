"""`python -m train render-iclevr FOLDER`: render the pictures of i-CLEVR, which are not public, with Blender.

A picture shows coloured rubber objects on a grey ground, with three area lamps and a fixed camera (Johnson et al. 2017, CLEVR; the course's
i-CLEVR has one size and one material). Blender is needed as a Python module: `pip install bpy`. Cycles renders frames of 160 x 120 pixels,
which are denoised and resized to 64 x 64. The data set is written to FOLDER/iclevr; use it with `EXPLORER_DATA=FOLDER`. To resume after an
interruption, run the same command again.
"""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import Annotated

import typer
from PIL import Image

from train.data.pixels import square

from .scenes import CAMERA, FOCAL_LENGTH, RADIUS, SENSOR_WIDTH, Scene, Solid, scene

FRAME, SIZE = (160, 120), 64
SAMPLES = 32
LINEAR = {
    "gray": (87, 87, 87), "red": (173, 35, 35), "blue": (42, 75, 215), "green": (29, 105, 20), "brown": (129, 74, 25),
    "purple": (129, 38, 192), "cyan": (41, 208, 208), "yellow": (255, 238, 51),
}  # fmt: skip
"""From properties.json of Johnson et al. 2017. Divided by 255, they are the linear colours of the material."""
LAMPS = ((6.4, -2.9, 6.5, 2.5, 130.0), (-4.7, -4.0, 5.0, 4.0, 55.0), (-1.2, 4.5, 6.0, 2.5, 65.0))  # x, y, z, side, watts
GROUND, SKY = 0.5, 0.25


def prepare() -> None:
    """Set up Blender: an empty world with a ground and a camera, rendered by Cycles."""
    import bpy

    bpy.ops.wm.read_factory_settings(use_empty=True)
    stage = bpy.context.scene
    stage.render.engine = "CYCLES"
    stage.cycles.device, stage.cycles.samples, stage.cycles.use_denoising = "CPU", SAMPLES, True
    stage.render.resolution_x, stage.render.resolution_y, stage.render.resolution_percentage = *FRAME, 100
    stage.render.image_settings.file_format = "PNG"
    stage.view_settings.view_transform = "Standard"
    stage.world = bpy.data.worlds.new("sky")
    stage.world.use_nodes = True
    stage.world.node_tree.nodes["Background"].inputs["Color"].default_value = (SKY, SKY, SKY, 1)

    bpy.ops.mesh.primitive_plane_add(size=200)
    bpy.context.object.data.materials.append(rubber((GROUND, GROUND, GROUND), roughness=1.0))
    view = bpy.data.cameras.new("camera")
    view.lens, view.sensor_width = FOCAL_LENGTH, SENSOR_WIDTH
    camera = bpy.data.objects.new("camera", view)
    stage.collection.objects.link(camera)
    look_at_the_origin(camera, CAMERA)
    stage.camera = camera


def look_at_the_origin(thing, place) -> None:
    """Move a camera or lamp to a place and point it at the origin."""
    from mathutils import Vector

    thing.location = place
    thing.rotation_euler = (-Vector(place)).to_track_quat("-Z", "Y").to_euler()


def rubber(colour, roughness: float = 0.7):
    """A matt material with a linear colour."""
    import bpy

    material = bpy.data.materials.new("rubber")
    material.use_nodes = True
    shader = material.node_tree.nodes["Principled BSDF"].inputs
    shader["Base Color"].default_value = (*colour, 1)
    shader["Roughness"].default_value = roughness
    shader["Specular IOR Level"].default_value = 0.1  # with a higher value, colours are paler than in the course's pictures
    return material


def place(solid: Solid):
    """Add an object that stands on the ground. The edge of a cube is sqrt(2) times the radius (Johnson et al. 2017)."""
    import bpy

    colour, shape = solid.name.split()
    where = (solid.x, solid.y, RADIUS if shape != "cube" else RADIUS / math.sqrt(2))
    if shape == "cube":
        bpy.ops.mesh.primitive_cube_add(size=RADIUS * math.sqrt(2), location=where)
    elif shape == "sphere":
        bpy.ops.mesh.primitive_uv_sphere_add(radius=RADIUS, segments=64, ring_count=32, location=where)
    else:
        bpy.ops.mesh.primitive_cylinder_add(radius=RADIUS, depth=2 * RADIUS, vertices=96, location=where)
    thing = bpy.context.object
    if shape == "sphere":
        bpy.ops.object.shade_smooth()
    else:
        edges = thing.modifiers.new("edges", "BEVEL")
        edges.width, edges.segments = 0.04, 4
    thing.rotation_euler[2] = solid.turn
    thing.data.materials.append(rubber([value / 255 for value in LINEAR[colour]]))
    return thing


def render(what: Scene, folder: Path, number: int) -> None:
    """Render the frames of a scene to FOLDER/NUMBER_i.png, 64 x 64 pixels each."""
    import bpy

    added = []
    for (x, y, z, side, watts), jitter in zip(LAMPS, what.lamps, strict=True):
        light = bpy.data.lights.new("lamp", "AREA")
        light.energy, light.size = watts, side
        lamp = bpy.data.objects.new("lamp", light)
        bpy.context.scene.collection.objects.link(lamp)
        look_at_the_origin(lamp, tuple(a + b for a, b in zip((x, y, z), jitter, strict=True)))
        added.append(lamp)
    with tempfile.TemporaryDirectory() as aside:
        for i, solid in enumerate(what.solids):
            added.append(place(solid))
            bpy.context.scene.render.filepath = f"{aside}/frame.png"
            bpy.ops.render.render(write_still=True)
            with Image.open(f"{aside}/frame.png") as frame:
                pixels = square(frame, SIZE, squash=True)
            Image.fromarray(pixels.permute(1, 2, 0).numpy()).save(folder / f"{number:06d}_{i}.png")
    for thing in added:
        bpy.data.objects.remove(thing)


def pack(frames: Path, scenes: int, seed: int, path: Path) -> None:
    """Write all frames and the names of their objects to one Parquet file, as `train.data.sources` expects it."""
    import datasets

    names, objects = [], []
    for number in range(scenes):
        solids = [solid.name for solid in scene(number, seed).solids]
        for i in range(len(solids)):
            names.append(str(frames / f"{number:06d}_{i}.png"))
            objects.append(solids[: i + 1])
    rows = datasets.Dataset.from_dict({"image": names, "objects": objects}).cast_column("image", datasets.Image())
    path.parent.mkdir(parents=True, exist_ok=True)
    rows.to_parquet(path)


def main(
    folder: Annotated[Path, typer.Argument(help="The parent folder of iclevr/; set EXPLORER_DATA to it.")],
    scenes: Annotated[int, typer.Option(help="Number of scenes, with three frames each.", min=1)] = 6003,
    seed: Annotated[int, typer.Option(help="The seed of all scenes.")] = 0,
    frames: Annotated[Path | None, typer.Option(help="The folder for single frames; by default FOLDER/iclevr-frames.")] = None,
) -> None:
    """Render the pictures of i-CLEVR with Blender. To resume after an interruption, run the same command again."""
    try:
        import bpy  # noqa: F401
    except ImportError:
        raise typer.BadParameter("Blender is missing: pip install bpy (Python 3.11)") from None
    frames = frames or folder / "iclevr-frames"
    frames.mkdir(parents=True, exist_ok=True)
    prepare()
    for number in range(scenes):
        what = scene(number, seed)
        if not (frames / f"{number:06d}_{len(what.solids) - 1}.png").is_file():
            render(what, frames, number)
    pack(frames, scenes, seed, folder / "iclevr" / "train-00000-of-00001.parquet")
    typer.echo(f"{3 * scenes:,} frames in {folder / 'iclevr'}")


if __name__ == "__main__":
    typer.run(main)
