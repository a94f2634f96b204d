"""Makes images.json: what Pillow and torchvision do to small images. Run: python3 test/goldens/images.py (torchvision 0.14, Pillow 9.4)."""

import base64, json, os
import numpy as np
import PIL
from PIL import Image
import torchvision
import torchvision.transforms.functional as F

rng = np.random.RandomState(7)


def smooth(height, width, channels):
    """Waves and grain: all levels, edges and even parts."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [127 + 90 * np.sin(0.7 * x + 0.3 * y * (c + 1)) + 60 * np.cos(0.11 * x * y + c) for c in range(channels)]
    pixels = np.stack(planes, -1) + rng.normal(0, 12, (height, width, channels))
    return np.clip(pixels, 0, 255).astype(np.uint8)


def encode(image):
    pixels = np.asarray(image)
    pixels = pixels[..., None] if pixels.ndim == 2 else pixels
    height, width, channels = pixels.shape
    return {"height": height, "width": width, "channels": channels, "data": base64.b64encode(pixels.tobytes()).decode()}


color = Image.fromarray(smooth(19, 26, 3))
gray = Image.fromarray(smooth(21, 16, 1)[..., 0])
mask = Image.fromarray(rng.randint(0, 5, (14, 11)).astype(np.uint8))
sources = {"color": color, "gray": gray, "mask": mask}

cases = []


def case(source, operation, arguments, result):
    cases.append({"source": source, "operation": operation, "arguments": arguments, "result": encode(result)})


for height, width in [(19, 26), (8, 8), (7, 26), (19, 5), (40, 31), (1, 1), (33, 12)]:
    case("color", "resize", [height, width], F.resize(color, [height, width]))
    case("gray", "resize", [height, width], F.resize(gray, [height, width]))
    case("mask", "resizeNearest", [height, width], F.resize(mask, [height, width], F.InterpolationMode.NEAREST))
for side in [10, 24]:
    case("color", "resize", list(F.resize(color, side).size[::-1]), F.resize(color, side))
    case("gray", "resize", list(F.resize(gray, side).size[::-1]), F.resize(gray, side))
for factor in [0, 0.35, 0.9, 1, 1.4, 3.2]:
    for name in ["brightness", "contrast", "saturation"]:
        case("color", name, [factor], getattr(F, "adjust_" + name)(color, factor))
        case("gray", name, [factor], getattr(F, "adjust_" + name)(gray, factor))
for turn in [-0.5, -0.21, 0, 0.03, 0.17, 0.5]:
    case("color", "hue", [turn], F.adjust_hue(color, turn))
for degrees in [-170.3, -30, -7.5, 1.25, 12, 45, 91]:
    case("color", "rotate", [degrees], F.rotate(color, degrees))
    case("gray", "rotate", [degrees], F.rotate(gray, degrees))
for direction in ["horizontal", "vertical"]:
    case("color", "flip", [direction], F.hflip(color) if direction == "horizontal" else F.vflip(color))
case("color", "gray", [], color.convert("L"))

made = {"pillow": PIL.__version__, "torchvision": torchvision.__version__}
text = json.dumps({"made": made, "sources": {k: encode(v) for k, v in sources.items()}, "cases": cases}, indent=1)
open(os.path.join(os.path.dirname(__file__), "images.json"), "w").write(text + "\n")
