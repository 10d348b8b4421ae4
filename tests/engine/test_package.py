"""Packages: read safely from folders and zips, the same bytes for the same files."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.archive import FILE_LIMIT, FILES_LIMIT
from engine.errors import DiagramError
from engine.package import Package, read_package

MANIFEST = b'key = "tiny"\ntitle = "Kecil"\nreference = "K"\ndiagram = "tiny.bpmn"\nprocess = "tiny"\n'
FILES = {"process.toml": MANIFEST, "tiny.bpmn": b"<x/>", "scenarios/one.yaml": b"a: 1"}


def zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def folder(at: Path, files: Mapping[str, bytes] = FILES) -> Path:
    for name, content in files.items():
        (at / name).parent.mkdir(parents=True, exist_ok=True)
        (at / name).write_bytes(content)
    return at


def codes(source: Path | bytes) -> list[str]:
    return [problem.code for problem in read_package(source)[1]]


def test_a_folder_and_its_zip_are_the_same_package(tmp_path: Path) -> None:
    from_folder = Package.read(folder(tmp_path))
    from_zip = Package.read(zipped(dict(reversed(FILES.items()))))
    assert from_folder == from_zip
    assert from_folder.digest == from_zip.digest
    assert list(from_zip.files) == sorted(FILES)


def test_written_and_read_again_a_package_has_the_same_digest_and_bytes() -> None:
    package = Package.read(zipped(FILES))
    again = Package.read(package.to_zip())
    assert again.digest == package.digest
    assert again.to_zip() == package.to_zip()


def test_every_changed_byte_and_name_changes_the_digest() -> None:
    digests = {
        Package.read(zipped(FILES)).digest,
        Package.read(zipped({**FILES, "tiny.bpmn": b"<y/>"})).digest,
        Package.read(zipped({k.replace("one", "two"): v for k, v in FILES.items()})).digest,
    }
    assert len(digests) == 3


def test_one_folder_around_everything_and_hidden_files_do_not_count() -> None:
    packed = {f"kecil/{name}": content for name, content in FILES.items()}
    packed |= {"__MACOSX/kecil/._process.toml": b"x", "kecil/.DS_Store": b"x"}
    assert Package.read(zipped(packed)).digest == Package.read(zipped(FILES)).digest


def test_english_texts_are_looked_up_by_file_element_and_attribute() -> None:
    english = b'"tiny.bpmn#check.name" = "Check"\n'
    package = Package.read(zipped({**FILES, "texts.en.toml": english}))
    assert package.text("tiny.bpmn", "check", "name", "Periksa").en == "Check"
    assert package.text("tiny.bpmn", "decide", "name", "Putuskan").en == "Putuskan"


@pytest.mark.parametrize(
    "name",
    ["../evil.bpmn", "/etc/passwd.bpmn", "a/../../b.bpmn", "a\\b.bpmn", "a b.bpmn", "x" * 130 + ".bpmn", "ü.bpmn"],
)
def test_names_that_could_lead_elsewhere_are_refused(name: str) -> None:
    package, problems = read_package(zipped({**FILES, name: b"x"}))
    assert [p.code for p in problems] == ["file-name"]
    assert package is not None
    assert name not in package.files


def test_links_are_refused_in_zips_and_in_folders(tmp_path: Path) -> None:
    buffer = io.BytesIO(zipped(FILES))
    with zipfile.ZipFile(buffer, "a") as archive:
        link = zipfile.ZipInfo("secret.bpmn")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert codes(buffer.getvalue()) == ["file-link"]
    (folder(tmp_path) / "secret.bpmn").symlink_to("/etc/passwd")
    assert codes(tmp_path) == ["file-link"]


def test_files_that_are_no_part_of_a_package_are_refused() -> None:
    assert codes(zipped({**FILES, "x.bpmn.html": b"<script>"})) == ["file-foreign"]


def test_the_same_name_in_capitals_is_the_same_name() -> None:
    assert codes(zipped({**FILES, "TINY.bpmn": b"x"})) == ["file-doubled"]


def test_limits_hold_for_one_file_all_files_and_their_number() -> None:
    large, many = b"x" * (FILE_LIMIT + 1), {f"f{n}.md": b"" for n in range(FILES_LIMIT)}
    assert "file-too-large" in codes(zipped({**FILES, "large.md": large}))
    assert "package-too-large" in codes(zipped({**FILES, **{f"large{n}.md": large[:-1] for n in range(5)}}))
    assert "package-too-many-files" in codes(zipped({**FILES, **many}))


def test_a_zip_bomb_costs_no_more_than_the_limit() -> None:
    assert codes(zipped({**FILES, "bomb.bpmn": bytes(100 * 2**20)})) == ["file-too-large"]


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"PK\5\6" + bytes(18), zipped(FILES)[:-30], b"x" * 1000, zipped(FILES)[40:]]
)
def test_broken_zips_get_a_verdict(content: bytes) -> None:
    package, problems = read_package(content)
    assert package is None
    assert {p.code for p in problems} <= {"zip-broken", "package-without-manifest"}


def test_what_process_toml_lacks_and_misspells_is_told_with_its_line() -> None:
    content = b'key = "Tiny"\ntitle = "x"\nreference = "K"\ndiagram = "tiny.bpmn"\nproces = "tiny"\n'
    with pytest.raises(DiagramError) as caught:
        Package.read(zipped({**FILES, "process.toml": content}))
    found = {(p.code, p.element, p.line) for p in caught.value.problems}  # type: ignore[attr-defined]
    assert found == {
        ("manifest-unknown", "proces", 5),
        ("manifest-missing", "process", 1),
        ("manifest-value", "key", 1),
    }


@pytest.mark.parametrize(("content", "line"), [(b'key = "x"\ntitle = \n', 2), (b"\xff\xfe", 1), (b"[" * 5000, 1)])
def test_toml_that_cannot_be_read_is_placed(content: bytes, line: int) -> None:
    package, problems = read_package(zipped({**FILES, "process.toml": content}))
    assert package is None
    assert [(p.code in ("toml-syntax", "text-encoding"), p.line) for p in problems] == [(True, line)]


def test_steps_that_need_different_people_are_groups_of_at_least_two() -> None:
    package = Package.read(zipped({**FILES, "process.toml": MANIFEST + b'different = [["check", "decide"]]\n'}))
    assert package.manifest.different == (("check", "decide"),)
    assert codes(zipped({**FILES, "process.toml": MANIFEST + b'different = [["check"]]\n'})) == ["manifest-value"]
