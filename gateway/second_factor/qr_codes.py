"""QR codes as SVG."""

from __future__ import annotations

import segno


def svg(address: str, *, pixels_per_module: int = 5) -> str:
    """A picture that stands in a page as it is: black on white in every theme, with the margin that cameras need."""
    return str(
        segno.make_qr(address, error="m").svg_inline(
            scale=pixels_per_module, border=4, dark="#000", light="#fff", omitsize=True
        )
    )
