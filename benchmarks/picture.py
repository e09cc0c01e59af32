"""`make picture`: draws the README's picture from the real application, at 80 x 24.

The picture is what Textual exports, less the web fonts it would fetch: everything here works offline.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from pathlib import Path

from itembank.authoring import load_content, shipped_content
from tests.candidate.support import prepared, running, to_question

TARGET = Path(__file__).parents[1] / "docs" / "images" / "question.svg"
ITEM = "4.1-hameconnage-n2-a"


async def drawn() -> str:
    """The first question of a sitting whose bank holds one shipped item, one answer chosen."""
    (record,) = [dict(a.record) for a in load_content([shipped_content()]).authored if a.item.id == ITEM]
    with tempfile.TemporaryDirectory(prefix="kiosk-picture-") as folder:
        post = prepared(Path(folder), [record], title="Atelier du lundi")
        async with running(post) as (app, pilot):
            await to_question(app, pilot, post)
            await pilot.press("down", "space")
            await pilot.pause()
            return app.export_screenshot(title="kiosk")


def main() -> None:
    svg = re.sub(r"@font-face \{.*?\}\s*|<!--.*?-->\s*", "", asyncio.run(drawn()), flags=re.DOTALL)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
