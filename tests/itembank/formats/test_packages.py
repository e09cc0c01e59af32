"""Content packages: what is read, in whatever wrapping, and what is refused before it can do harm."""

from __future__ import annotations

import os
import stat
import zipfile
from pathlib import Path

import pytest

from itembank.authoring import Content
from itembank.formats import sources
from itembank.formats.exporting import export_items
from itembank.formats.faults import Refused
from itembank.formats.importing import Format, import_items
from itembank.formats.qti.reader import read_item
from itembank.formats.qti.usage import parameters_of
from itembank.formats.sources import resolved
from tests.itembank.formats.documents import item

MANIFEST = """<?xml version="1.0"?>
<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" identifier="m">
<metadata/><organizations/>
<resources>
{resources}
</resources></manifest>"""
RESOURCE = (
    '<resource identifier="{id}" type="imsqti_item_xmlv2p2" href="{href}"><file href="{href}"/></resource>'
)


def manifest(*hrefs: str, kind: str = "imsqti_item_xmlv2p2") -> str:
    lines = [
        RESOURCE.format(id=f"r{i}", href=href).replace("imsqti_item_xmlv2p2", kind)
        for i, href in enumerate(hrefs)
    ]
    return MANIFEST.format(resources="\n".join(lines))


def archive(path: Path, files: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return path


def codes(path: Path) -> list[tuple[str, int]]:
    outcome = import_items(path, Format.QTI)
    assert outcome.imported == []
    return [(r.code, r.line) for r in outcome.refused]


def test_a_package_in_a_folder_an_archive_and_a_sub_folder(tmp_path: Path) -> None:
    files = {"imsmanifest.xml": manifest("items/a.xml"), "items/a.xml": item(), "items/unlisted.xml": item()}
    for name, content in files.items():
        place = tmp_path / "folder" / "inner" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content if isinstance(content, bytes) else content.encode())
    flat = archive(tmp_path / "flat.zip", files)
    deep = archive(tmp_path / "deep.zip", {f"top/{name}": content for name, content in files.items()})
    for path in (tmp_path / "folder", flat, deep):
        outcome = import_items(path, Format.QTI)
        assert [(Path(i.file).name, i.item.identifier) for i in outcome.imported] == [("a.xml", "i")]
        assert outcome.refused == []
    assert import_items(flat, Format.QTI).imported[0].file.endswith("flat.zip!items/a.xml")


def test_without_a_manifest_every_document_counts(tmp_path: Path) -> None:
    path = archive(tmp_path / "loose.zip", {"a.xml": item(), "t.xml": "<assessmentTest/>", "note.txt": "x"})
    outcome = import_items(path, Format.QTI)
    assert len(outcome.imported) == 1
    assert [(r.code, r.params["name"]) for r in outcome.refused] == [("not_item", "assessmentTest")]


def test_a_manifest_that_lists_no_item_gives_the_items_it_stands_above(tmp_path: Path) -> None:
    files = {
        "imsmanifest.xml": manifest("a.xml", kind="webcontent"),
        "a.xml": item(),
        "b.xml": "<assessmentTest/>",
    }
    outcome = import_items(archive(tmp_path / "p.zip", files), Format.QTI)
    assert (len(outcome.imported), outcome.refused) == (1, [])


def test_faults_of_a_manifest_have_its_line(tmp_path: Path) -> None:
    files = {"imsmanifest.xml": manifest("../a.xml", "gone.xml", "/etc/passwd", "http://x.example/a.xml")}
    assert codes(archive(tmp_path / "p.zip", files)) == [
        ("outside", 5),
        ("outside", 7),
        ("outside", 8),
        ("missing", 6),
    ]
    files = {"imsmanifest.xml": manifest("a.xml", kind="imsqti_xmlv1p2"), "a.xml": "<questestinterop/>"}
    assert codes(archive(tmp_path / "q.zip", files)) == [("qti_1", 5)]
    assert codes(archive(tmp_path / "s.zip", {"a.xml": "<questestinterop/>"})) == [("qti_1", 1)]
    assert codes(archive(tmp_path / "r.zip", {"imsmanifest.xml": "<manifest>"}))[0][0] == "not_xml"


def test_a_shared_stimulus_is_found_in_its_package(tmp_path: Path) -> None:
    reference = '<assessmentStimulusRef identifier="s" href="../texts/s.xml"/>'
    stimulus = "<qti-assessment-stimulus><qti-stimulus-body><p>Un texte commun.</p></qti-stimulus-body></qti-assessment-stimulus>"
    files = {
        "imsmanifest.xml": manifest("items/a.xml"),
        "items/a.xml": item(after=reference),
        "texts/s.xml": stimulus,
    }
    read = import_items(archive(tmp_path / "p.zip", files), Format.QTI).imported[0].item
    assert read.body[0] == "Un texte commun."
    files["items/a.xml"] = item(after=reference.replace("../texts", "../../texts"))
    assert codes(archive(tmp_path / "q.zip", files))[0][0] == "outside"


@pytest.mark.parametrize(
    "name", ["../evil.xml", "a/../../evil.xml", "/etc/evil.xml", "C:\\evil.xml", "a\\b.xml", "..\\evil.xml"]
)
def test_names_that_leave_the_archive(tmp_path: Path, name: str) -> None:
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w") as made:
        info = zipfile.ZipInfo("x")
        info.filename = name
        made.writestr(info, item())
    assert codes(path)[0][0] == "outside"


def test_a_link_in_an_archive_or_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w") as made:
        info = zipfile.ZipInfo("a.xml")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(info, "/etc/passwd")
    assert codes(path)[0][0] == "not_regular"
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.xml").symlink_to("/etc/passwd")
    (folder / "up").symlink_to(tmp_path)
    assert codes(folder) == [("not_regular", 1)]


def test_a_pipe_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.xml")
    assert codes(tmp_path) == [("not_regular", 1)]


def test_compression_bombs(tmp_path: Path) -> None:
    assert codes(archive(tmp_path / "p.zip", {"a.xml": b"<a>" + b" " * 5_000_000}))[0][0] == "bomb"


def test_many_members_that_are_a_bomb_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_TOTAL_BYTES", 1_000_000)
    many = {f"{i}.xml": os.urandom(1000) + b"0" * 90_000 for i in range(12)}
    assert codes(archive(tmp_path / "q.zip", many))[0][0] == "bomb"


def test_a_member_that_lies_about_its_size_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = archive(tmp_path / "p.zip", {"a.xml": b"<a>" + os.urandom(60_000).hex().encode() + b"</a>"})
    monkeypatch.setattr(sources, "MAX_BYTES", 1000)
    assert codes(path)[0][0] == "too_large"


@pytest.mark.parametrize("count", [sources.MAX_FILES + 1, pytest.param(100_000, marks=pytest.mark.slow)])
def test_an_archive_of_too_many_files(tmp_path: Path, count: int) -> None:
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w") as made:
        for i in range(count):
            made.writestr(zipfile.ZipInfo(f"{i}.xml"), b"")
    assert codes(path) == [("too_many_files", 1)]


def test_a_folder_of_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_FILES", 3)
    for i in range(4):
        (tmp_path / f"{i}.txt").touch()
    assert codes(tmp_path) == [("too_many_files", 1)]


def test_encrypted_duplicate_and_damaged_members(tmp_path: Path) -> None:
    path = archive(tmp_path / "p.zip", {"a.xml": item()})
    raw = bytearray(path.read_bytes())
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.index(signature) + at] |= 1
    (tmp_path / "locked.zip").write_bytes(raw)
    assert codes(tmp_path / "locked.zip") == [("encrypted", 1)]
    twice = tmp_path / "twice.zip"
    with zipfile.ZipFile(twice, "w") as made:
        made.writestr("a.xml", item())
        with pytest.warns(UserWarning, match="Duplicate"):
            made.writestr("a.xml", item())
    assert codes(twice) == [("twice", 1)]
    raw = bytearray(archive(tmp_path / "r.zip", {"a.xml": item()}).read_bytes())
    raw[60:80] = b"\xff" * 20
    (tmp_path / "damaged.zip").write_bytes(raw)
    assert codes(tmp_path / "damaged.zip")[0][0] in ("not_zip", "not_xml")


@pytest.mark.parametrize("address", ["/a", "..", "../a", "a/../../b", "c:/a", "http://h/a", "a\\b", "\0"])
def test_addresses_that_leave_their_folder(address: str) -> None:
    with pytest.raises(Refused, match="outside"):
        resolved("", address)


def test_addresses_inside_their_package() -> None:
    assert resolved("items/a", "../b/./c.xml") == "items/b/c.xml"


# --- what we write -----------------------------------------------------------------------------------------------


def test_our_package_carries_items_statistics_and_refusals(content: Content, tmp_path: Path) -> None:
    chosen = list({item.interaction: item for item in content.items}.values())
    exported = export_items(chosen, Format.QTI)
    tasks = [item for item in chosen if item.is_task]
    assert [(r.code, r.item) for r in exported.refused] == [("task", item.id) for item in tasks]
    assert len(exported.ids) == len(chosen) - len(tasks) >= 7
    assert export_items(chosen, Format.QTI).data == exported.data
    path = tmp_path / "p.zip"
    path.write_bytes(exported.data)
    outcome = import_items(path, Format.QTI)
    assert outcome.refused == []
    by_id = {item.id: item for item in chosen}
    for imported in outcome.imported:
        original = by_id[dict(imported.item.extensions)["id"]]
        assert imported.statistics is not None
        assert parameters_of(imported.statistics) == original.parameters


def test_items_of_one_identifier_both_find_their_place(tmp_path: Path) -> None:
    read = read_item(item())
    path = tmp_path / "p.zip"
    path.write_bytes(export_items([], Format.QTI, [(read, None), (read, None)]).data)
    assert [i.item for i in import_items(path, Format.QTI).imported] == [read, read]
