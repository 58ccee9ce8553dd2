"""Measure the increase of the peak memory while one image of 88 megapixels is decoded, by kind of file.

python benchmarks/memory.py OUT    writes the images to OUT (1 GB) and prints a table; POSIX only
"""

import resource
import subprocess
import sys
from pathlib import Path

EDGE = 9400


def write(out: Path) -> None:
    """Write each kind once; what is there stays."""
    import numpy as np
    import tifffile
    from PIL import Image

    ramp = np.linspace(0, 65535, EDGE)
    deep = np.ascontiguousarray(np.broadcast_to(ramp.astype(np.uint16), (EDGE, EDGE)))
    grey = Image.fromarray((deep >> 8).astype(np.uint8))
    colour = Image.merge("RGB", (grey, grey, grey))
    clear = Image.merge("RGBA", (grey, grey, grey, grey))
    turned = Image.Exif()
    turned[0x0112] = 6
    kinds = {
        "grey.png": (grey, {"compress_level": 1}),
        "colour.png": (colour, {"compress_level": 1}),
        "turned.png": (colour, {"compress_level": 1, "exif": turned}),
        "clear.png": (clear, {"compress_level": 1}),
        "16-bit.png": (Image.fromarray(deep), {"compress_level": 1}),
        "float.tif": (Image.fromarray(deep.astype(np.float32)), {"compression": "tiff_lzw"}),
        "cmyk.tif": (colour.convert("CMYK"), {"compression": "tiff_lzw"}),
        "colour.webp": (colour, {"lossless": True, "quality": 0, "method": 0}),
        "colour.avif": (colour, {"speed": 10}),
        "colour.jpg": (colour, {}),
        "progressive.jpg": (colour, {"progressive": True}),
    }
    for name, (image, options) in kinds.items():
        if not (out / name).exists():
            image.save(out / name, **options)
    if not (out / "16-bit-colour.tif").exists():
        twelve_bits = np.dstack([deep >> 4] * 3)  # in the upper bits nothing, so that the lower are decoded as well
        options = {"photometric": "rgb", "compression": "zlib", "rowsperstrip": 64}
        tifffile.imwrite(out / "16-bit-colour.tif", twelve_bits, **options)


def measure(path: Path) -> None:
    """Decode one file in this process, and print by how many MB the peak grew."""
    import numpy as np

    from labelaudit.images import decode, load

    warm = np.zeros((64, 64, 3), np.uint8)
    decode(b"P6 64 64 255\n" + warm.tobytes(), 192)
    unit = 1 if sys.platform == "darwin" else 1024
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    decode(load(path), 192)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * unit
    print(f"{path.name:16} {path.stat().st_size / 1e6:7.1f} MB as a file {grown / 1e6:7.0f} MB to decode")


if __name__ == "__main__":
    place = Path(sys.argv[1])
    if place.is_file():
        measure(place)
    elif "--write" in sys.argv:
        write(place)
    else:  # in processes of their own: a process begins with the peak of the one that started it
        place.mkdir(parents=True, exist_ok=True)
        subprocess.run([sys.executable, __file__, str(place), "--write"], check=True)
        for file in sorted(place.iterdir()):
            subprocess.run([sys.executable, "-W", "ignore", __file__, str(file)], check=True)
